"""One life of an agent program, and how it ended."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio
from anyio.abc import TaskGroup

from mogplex_contracts.text import one_line
from mogplex_daemon.harness.base import (
    AgentCommand,
    AgentGone,
    AgentNotStarted,
    AgentProgram,
    HarnessContext,
    HarnessFailed,
)

SAID_CHARACTERS = 600
SETTLE_SECONDS = 10.0
"""How long it may take to tell what was still being told of a run when it was over."""
START_SECONDS = 30.0
"""What a program may take at least to start and open its session, however little patience there is with its model."""
Live = Callable[[AgentProgram, TaskGroup], Awaitable[HarnessFailed | None]]
"""All that is done with a program; why the run cannot go on, or None. Raises AgentGone when it ends in the middle."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """A program ended by itself."""

    name: str
    exit_code: int | None
    """128 + n after signal n."""
    stderr: str

    def __str__(self) -> str:
        said = one_line(self.stderr.strip()[-SAID_CHARACTERS:], SAID_CHARACTERS)
        how = "ended" if self.exit_code is None else f"ended with {_status(self.exit_code)}"
        return f"{self.name} {how}" + (f"; it last said: {said}" if said else "")


async def one_life(
    context: HarnessContext, command: AgentCommand, name: str, install: str, live: Live
) -> HarnessFailed | Crashed | None:
    """Start the program, `live`, and end it with all its tasks.

    What went wrong is returned: raised, it would leave the task group as a group of exceptions. `install` says
    what to do when the program is not there.
    """
    failed: HarnessFailed | None = None
    crashed = False
    try:
        async with context.agent_program(command) as program, anyio.create_task_group() as tasks:
            try:
                failed = await live(program, tasks)
            except AgentGone:
                crashed = True
            tasks.cancel_scope.cancel()
    except AgentNotStarted as error:
        return HarnessFailed("agent_missing", f"{error}; {install}")
    return Crashed(name, program.exit_code, program.stderr_tail) if crashed else failed


def _status(exit_code: int) -> str:
    return f"signal {exit_code - 128}" if exit_code > 128 else f"exit status {exit_code}"
