"""The agents and the system they run on."""

from typing import NamedTuple

from mogplex_cli.store.selectors.facts import Stale, harness_label, model_name, staleness
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.state import RunState
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import AgentRole, AgentStatus, ConnectionHealth

WORKING: frozenset[AgentStatus] = frozenset(
    ("starting", "planning", "thinking", "calling_tool", "editing", "reviewing", "testing")
)
"""Statuses in which an agent does something by itself: the only ones that move on the screen."""


class AgentCard(NamedTuple):
    """One agent."""

    agent_id: str
    number: int
    name: str
    role: AgentRole
    model: str
    status: AgentStatus
    action: str

    @property
    def working(self) -> bool:
        """Whether it does something now."""
        return self.status in WORKING


class AgentsProps(NamedTuple):
    """The cards and the system block."""

    cards: tuple[AgentCard, ...]
    transport: str
    health: ConnectionHealth
    model: str | None
    harness: str
    mcp_ready: int
    mcp_total: int
    """Without those that are disabled."""
    stale: Stale | None


def select_agents(state: CockpitState) -> AgentsProps:
    """The panel's values."""
    run = state.run
    return AgentsProps(
        cards=cards(run),
        transport=state.connection.transport,
        health=state.connection.health,
        model=model_name(state),
        harness=harness_label(state),
        mcp_ready=sum(server.status == "ready" for server in run.mcp.values()),
        mcp_total=sum(server.status != "disabled" for server in run.mcp.values()),
        stale=staleness(state),
    )


def cards(run: RunState) -> tuple[AgentCard, ...]:
    """The agents of a run; in one that is paused nobody works."""
    paused = run.status == "paused"
    return tuple(
        AgentCard(
            agent_id=agent.agent_id,
            number=agent.number,
            name=one_line(agent.name, 40),
            role=agent.role,
            model=one_line(agent.model or "", 40),
            status="paused" if paused and agent.status in WORKING else agent.status,
            action=one_line(agent.action, 120),
        )
        for agent in run.agents.values()
    )
