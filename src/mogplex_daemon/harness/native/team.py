"""The agents of a native run: who they are, and the hand on what each does now."""

from dataclasses import dataclass, field

from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.ids import new_id
from mogplex_contracts.vocabulary import AgentRole
from mogplex_daemon.harness.base import HarnessContext
from mogplex_daemon.harness.loop.agent import AgentIdentity, Interrupts


@dataclass(eq=False)
class Team:
    """Spawns agents, each under a number and a name of its own."""

    context: HarnessContext
    _working: dict[str, Interrupts] = field(default_factory=dict[str, Interrupts])
    _names: dict[str, int] = field(default_factory=dict[str, int])
    _spawned: int = 0

    async def spawn(
        self, name: str, role: AgentRole, model: str, parent_id: str | None = None
    ) -> tuple[AgentIdentity, Interrupts]:
        """Announce one more agent. The second of a name is `name 2`."""
        self._spawned += 1
        count = self._names[name] = self._names.get(name, 0) + 1
        agent = AgentIdentity(new_id("agt"), name if count == 1 else f"{name} {count}", role, model)
        await self.context.emit(
            AgentSpawned(
                agent_id=agent.agent_id,
                number=self._spawned,
                name=agent.name,
                role=role,
                model=model,
                parent_id=parent_id,
            )
        )
        interrupts = self._working[agent.agent_id] = Interrupts()
        return agent, interrupts

    def gone(self, agent: AgentIdentity) -> None:
        """An agent has ended."""
        self._working.pop(agent.agent_id, None)

    def interrupt(self, agent_id: str | None) -> bool:
        """Stop the current step of one agent, or of all; False when nothing worked."""
        if agent_id is None:
            stopped = [each.interrupt() for each in self._working.values()]
            return True in stopped
        interrupts = self._working.get(agent_id)
        return interrupts is not None and interrupts.interrupt()
