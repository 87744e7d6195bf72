"""An agent that says nothing for long: a person is told, once a turn. It may think, or its model may not answer."""

import math
from collections.abc import Callable

import anyio

from mogplex_contracts.events.notice import Diagnostic
from mogplex_daemon.harness.base import HarnessContext


def silent(name: str, patience: float, agent_id: str) -> Diagnostic:
    """What a person is told; `name` is what people call the agent, `patience` are seconds."""
    told = (
        f"{name} has said nothing for {patience:g} s; it may think, or its model may not answer: "
        "/interrupt stops this step, /kill the run"
    )
    return Diagnostic(code="agent_silent", message=told, agent_id=agent_id)


class Silence:
    """Of one agent program. Between turns nothing is expected of it."""

    def __init__(self, context: HarnessContext, name: str, busy: Callable[[], bool]) -> None:
        """`busy` says whether silence means nothing now: a tool works, or a person thinks."""
        self._context = context
        self._name = name
        self._busy = busy
        self._agent_id: str | None = None
        """Whose turn it is; None when nothing is expected, or when the silence is told."""
        self._heard_at = 0.0
        self._expected = anyio.Event()

    def begins(self, agent_id: str) -> None:
        """A turn of this agent begins."""
        self._agent_id = agent_id
        self.heard()
        self._expected.set()

    def ends(self) -> None:
        """The turn is over."""
        self._agent_id = None

    def heard(self) -> None:
        """The agent said something, or can go on only now."""
        self._heard_at = anyio.current_time()

    async def watch(self) -> None:
        """Tell the silences of all turns; ends only when it is cancelled."""
        patience = self._context.spec.patience
        while not math.isinf(patience):
            if self._agent_id is None:
                self._expected = anyio.Event()
                await self._expected.wait()
            await anyio.sleep_until(self._heard_at + patience)
            if self._busy():
                self.heard()
            elif self._agent_id is not None and anyio.current_time() >= self._heard_at + patience:
                agent_id, self._agent_id = self._agent_id, None
                await self._context.emit(silent(self._name, patience, agent_id))
