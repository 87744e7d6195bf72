"""Agents of a run: spawned, what they do now, their plan, their end."""

from typing import Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.vocabulary import AgentRole, AgentStatus


class PlanStep(Wire):
    """One step of an agent's plan."""

    text: str
    """What the step is."""
    status: Literal["pending", "in_progress", "done"] = "pending"
    """How far it is."""


class AgentSpawned(EventBase):
    """An agent joined the run."""

    type: Literal["agent_spawned"] = "agent_spawned"
    agent_id: str
    """Id of the agent, `agt_…`."""
    number: int
    """Order of appearance in the run, from 1."""
    name: str
    """What to call it, such as `atlas`."""
    role: AgentRole
    """What it is there for."""
    model: str | None = None
    """Model it uses; null when unknown."""
    parent_id: str | None = None
    """The agent that spawned it; null for one the harness started."""


class AgentStatusChanged(EventBase):
    """An agent does something else now."""

    type: Literal["agent_status_changed"] = "agent_status_changed"
    agent_id: str
    """Which agent."""
    status: AgentStatus
    """What it does now."""
    action: str = ""
    """Its current action in a few words, such as `reading src/auth.ts`."""


class AgentPlanUpdated(EventBase):
    """An agent said what it means to do. The plan replaces the one before."""

    type: Literal["agent_plan_updated"] = "agent_plan_updated"
    agent_id: str
    """Which agent."""
    steps: tuple[PlanStep, ...]
    """The whole plan, in order."""


class AgentFinished(EventBase):
    """An agent came to its end."""

    type: Literal["agent_finished"] = "agent_finished"
    agent_id: str
    """Which agent."""
    status: Literal["completed", "failed", "killed"]
    """How it ended."""
    summary: str = ""
    """What came of it, in a sentence or two."""


AgentEvent = AgentSpawned | AgentStatusChanged | AgentPlanUpdated | AgentFinished
