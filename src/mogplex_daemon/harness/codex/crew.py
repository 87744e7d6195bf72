"""The agents of a run: codex has one thread for each, and starts more of them by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mogplex_contracts.events.agent import AgentSpawned
from mogplex_daemon.harness.codex.protocol import Tokens


@dataclass(eq=False)
class Member:
    """One agent and its thread. Lives as long as the run, also when codex is started anew."""

    thread_id: str
    agent_id: str
    number: int
    name: str
    model: str | None
    parent_id: str | None
    turn_id: str | None = None
    """The turn it works on; None between turns."""
    counted: Tokens = field(default_factory=Tokens)
    """What was reported of its usage."""
    last_words: str = ""
    """Its last message."""
    finished: bool = False

    @property
    def spawned(self) -> AgentSpawned:
        """The event that announces it."""
        return AgentSpawned(
            agent_id=self.agent_id,
            number=self.number,
            name=self.name,
            role="builder",
            model=self.model,
            parent_id=self.parent_id,
        )


class Crew:
    """All agents of a run, by thread."""

    def __init__(self, new_agent_id: Callable[[], str]) -> None:
        self._new_agent_id = new_agent_id
        self._members: dict[str, Member] = {}

    @property
    def main(self) -> Member | None:
        """The one that works on the task; None before its thread is there."""
        return next(iter(self._members.values()), None)

    @property
    def members(self) -> tuple[Member, ...]:
        """All, in order of appearance."""
        return tuple(self._members.values())

    def of_thread(self, thread_id: str) -> Member | None:
        """Whose thread it is."""
        return self._members.get(thread_id)

    def of_agent(self, agent_id: str) -> Member | None:
        """The agent with this id."""
        return next((member for member in self._members.values() if member.agent_id == agent_id), None)

    def add(self, thread_id: str, model: str | None, parent: Member | None = None) -> Member:
        """A new agent; the first one has no parent and is the main one."""
        number = len(self._members) + 1
        name = "codex" if number == 1 else f"codex-{number}"
        parent = parent or self.main
        member = Member(
            thread_id, self._new_agent_id(), number, name, model, None if parent is None else parent.agent_id
        )
        self._members[thread_id] = member
        return member
