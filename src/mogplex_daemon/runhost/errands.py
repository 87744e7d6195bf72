"""What people ask of the host that may have to wait for an approval: it outlives the connection it came by."""

import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio
from anyio.abc import TaskGroup

from mogplex_daemon.wire.commands import Refused

Errand = Callable[[], Awaitable[str]]
"""Returns what to tell whoever asked; raises Refused."""


@dataclass(eq=False)
class _Done:
    ended: anyio.Event = field(default_factory=anyio.Event)
    answer: str = ""
    refused: Refused | None = None


class Errands:
    """Carries errands out side by side while the run works. What is left of them ends with it."""

    def __init__(self) -> None:
        self._tasks: TaskGroup | None = None

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work`; errands are carried out as long as it takes."""
        try:
            async with anyio.create_task_group() as tasks:
                self._tasks = tasks
                await work()
                tasks.cancel_scope.cancel()
        finally:
            self._tasks = None

    def begin(self, errand: Errand) -> None:
        """Start an errand nobody waits for."""
        self._start(errand)

    async def carry_out(self, errand: Errand) -> str:
        """Start an errand and wait for it; it goes on when the waiting is given up. Raises Refused."""
        done = self._start(errand)
        await done.ended.wait()
        if done.refused is not None:
            raise done.refused
        return done.answer

    def _start(self, errand: Errand) -> _Done:
        if self._tasks is None:
            raise Refused("run_ended", "the run does not work now; start a new one with /run")
        done = _Done()
        self._tasks.start_soon(self._do, errand, done)
        return done

    async def _do(self, errand: Errand, done: _Done) -> None:
        done.refused = Refused("run_ended", "the run ended before this was decided")
        try:
            done.answer, done.refused = await errand(), None
        except Refused as refusal:
            done.refused = refusal
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            done.refused = Refused("failed", f"{type(error).__name__}: {error}")
        finally:
            done.ended.set()
