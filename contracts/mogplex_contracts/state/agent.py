"""What is known of one agent."""

from mogplex_contracts.base import Wire
from mogplex_contracts.events.agent import PlanStep
from mogplex_contracts.vocabulary import AgentRole, AgentStatus


class Agent(Wire):
    """An agent of the run, as its events left it."""

    agent_id: str
    """Id of the agent."""
    number: int
    """Order of appearance, from 1."""
    name: str
    """What to call it."""
    role: AgentRole
    """What it is there for."""
    model: str | None = None
    """Model it uses; null when unknown."""
    parent_id: str | None = None
    """Who spawned it."""
    status: AgentStatus = "starting"
    """What it does now."""
    action: str = ""
    """Its current action in a few words."""
    plan: tuple[PlanStep, ...] = ()
    """What it means to do."""
    plan_entry: int | None = None
    """Timeline index of its plan."""
    summary: str = ""
    """What came of it, once it has ended."""
    started_at: str = ""
    """When it joined."""
    ended_at: str = ""
    """When it ended; empty while it has not."""
    worked_ms: int = 0
    """How long it has worked, milliseconds, up to `timed_at`."""
    waited_ms: int = 0
    """How long it has waited for a person, milliseconds, up to `timed_at`."""
    timed_at: str = ""
    """Up to when both are counted: its last change of status, or the run's."""
