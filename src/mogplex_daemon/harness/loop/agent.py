"""Who an agent is, and how its current step is stopped from outside."""

from dataclasses import dataclass
from types import TracebackType

import anyio

from mogplex_contracts.vocabulary import AgentRole


@dataclass(frozen=True, slots=True)
class AgentIdentity:
    """One agent of a run, as `agent_spawned` announced it."""

    agent_id: str
    name: str
    role: AgentRole
    model: str
    """Name of its model, as it is shown."""


class Interrupts:
    """The hand on one agent's current step: a model request or a tool call, with all it started.

    The loop enters it for the time of a step; leaving it swallows the interrupt, and only that.
    """

    def __init__(self) -> None:
        self._step: anyio.CancelScope | None = None

    def interrupt(self) -> bool:
        """Stop what the agent does now; it goes on by itself. False when it does nothing."""
        if self._step is None:
            return False
        self._step.cancel()
        return True

    def __enter__(self) -> None:
        self._step = anyio.CancelScope().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        step, self._step = self._step, None
        return step is not None and bool(step.__exit__(kind, error, trace))
