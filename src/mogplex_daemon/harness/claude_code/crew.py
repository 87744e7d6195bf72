"""The agents of one run of Claude Code: the main one, and those it starts for a task. Pure."""

from dataclasses import dataclass
from typing import Literal

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned, AgentStatusChanged
from mogplex_contracts.events.model import ModelRouted
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line
from mogplex_daemon.harness.agents.reading import Object, as_text
from mogplex_daemon.harness.claude_code.tools import role_of

NAME = "claude"
CHOSEN = "Claude Code chose it"
LONGEST_NAME = 40
ENDS: dict[str, Literal["completed", "failed", "killed"]] = {
    "completed": "completed",
    "failed": "failed",
    "stopped": "killed",
    "killed": "killed",
}
"""By the status of a task, how its agent ended. Other statuses are not the end."""


@dataclass(frozen=True, slots=True)
class _SubAgent:
    agent_id: str
    use_id: str
    """The call that it works for."""


class Crew:
    """Who works."""

    def __init__(self) -> None:
        self.main_id = new_id("agt")
        self.begun = False
        """Whether the main agent has been told of."""
        self._spawned = 1
        self._working: dict[str, _SubAgent] = {}
        """Sub-agents that work now, by the id of their task."""
        self._models: dict[str, str] = {}
        """The models of sub-agents, by agent."""

    @property
    def works(self) -> bool:
        """Whether a sub-agent works now."""
        return bool(self._working)

    def agent_of(self, task_id: str) -> str:
        """The agent whose task this is; the main agent for none."""
        sub_agent = self._working.get(task_id)
        return sub_agent.agent_id if sub_agent else self.main_id

    def task_of(self, agent_id: str) -> str | None:
        """The task of a sub-agent that works now."""
        return next((task for task, each in self._working.items() if each.agent_id == agent_id), None)

    def speaker(self, use_id: str) -> str:
        """Who speaks in what belongs to this call: the sub-agent that works for it, else the main agent."""
        return next((each.agent_id for each in self._working.values() if each.use_id == use_id), self.main_id)

    def begin(self, model: str) -> list[Event]:
        """The main agent is there; told once."""
        if self.begun:
            return []
        self.begun = True
        return [AgentSpawned(agent_id=self.main_id, number=1, name=NAME, role="builder", model=model or None)]

    def spawn(self, message: Object, parent_id: str) -> list[Event]:
        """A sub-agent begins its task."""
        task_id, kind = as_text(message.get("task_id")), as_text(message.get("subagent_type"))
        if task_id in self._working:
            return []
        agent = self._working[task_id] = _SubAgent(new_id("agt"), as_text(message.get("tool_use_id")))
        self._spawned += 1
        return [
            AgentSpawned(
                agent_id=agent.agent_id,
                number=self._spawned,
                name=one_line(as_text(message.get("description")) or kind or "agent", LONGEST_NAME),
                role=role_of(kind),
                parent_id=parent_id,
            ),
            AgentStatusChanged(agent_id=agent.agent_id, status="thinking"),
        ]

    def spoke(self, agent_id: str, model: str) -> list[Event]:
        """An agent said something with this model: for a sub-agent that is the first thing known of its model."""
        if agent_id == self.main_id or not model or self._models.get(agent_id) == model:
            return []
        self._models[agent_id] = model
        return [ModelRouted(to=model, agent_id=agent_id, reason=CHOSEN)]

    def ended(self, task_id: str, status: str, summary: str) -> AgentFinished | None:
        """A sub-agent has ended; None when that is told already, or is not the end."""
        end = ENDS.get(status)
        agent = self._working.pop(task_id, None) if end else None
        if end is None or agent is None:
            return None
        return AgentFinished(agent_id=agent.agent_id, status=end, summary=one_line(summary))

    def lost(self, why: str) -> list[Event]:
        """All sub-agents have gone with their process."""
        gone = [
            AgentFinished(agent_id=each.agent_id, status="failed", summary=why)
            for each in self._working.values()
        ]
        self._working.clear()
        return [*gone]
