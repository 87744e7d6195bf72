"""What a harness sees of its run: the implementation of HarnessContext."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from mogplex_contracts.events import Event
from mogplex_daemon.harness.base import ActionRequest, RunSpec, Tool, Verdict
from mogplex_daemon.runhost.gate import Emit, Gate
from mogplex_daemon.runhost.pause import PauseGate
from mogplex_daemon.runhost.turn_tools import Message, TurnTools


@dataclass(eq=False)
class RunContext:
    """Hands each question of the harness to the part of the host that answers it."""

    spec: RunSpec
    emit_fact: Emit
    permission_gate: Gate
    pause_gate: PauseGate
    turn_tools: TurnTools
    tools: Sequence[Tool] = ()
    messages: deque[Message] = field(default_factory=deque[Message])
    """Follow-ups no agent has seen yet, oldest first."""

    async def emit(self, event: Event) -> Event:
        """Journal an event (live-only ones just go out)."""
        return await self.emit_fact(event)

    async def gate(self, request: ActionRequest) -> Verdict:
        """Ask whether an action may happen."""
        return await self.permission_gate.decide(request)

    async def safe_point(self) -> None:
        """Wait here while the run is paused."""
        await self.pause_gate.safe_point()

    def next_message(self, agent_id: str) -> str | None:
        """The oldest follow-up nobody has seen, for an agent in the middle of its turn."""
        if not self.messages:
            return None
        message = self.messages.popleft()
        self.turn_tools.join(agent_id, message.allowed_tools)
        return message.text

    def next_turn(self, agent_id: str) -> str | None:
        """The same for an agent whose turn is over."""
        self.turn_tools.begin(agent_id, None)
        return self.next_message(agent_id)
