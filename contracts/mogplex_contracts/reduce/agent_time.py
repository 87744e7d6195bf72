"""How long agents work and how long they wait for a person: counted whenever a status changes."""

from mogplex_contracts.clock import elapsed_ms
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state.agent import Agent
from mogplex_contracts.state.run import RunState
from mogplex_contracts.vocabulary import FINAL_AGENT_STATUSES, AgentStatus

IDLE: frozenset[AgentStatus] = FINAL_AGENT_STATUSES | frozenset[AgentStatus](("paused", "blocked"))
"""Statuses whose time is neither work nor a person's."""


def timed(agent: Agent, at: str, *, paused: bool) -> Agent:
    """The agent with its time counted up to `at`. In a paused run nobody works, but what waits still waits."""
    passed = elapsed_ms(agent.timed_at or agent.started_at, at)
    if passed is None:
        return evolve(agent, timed_at=at) if at else agent
    if agent.status == "waiting_for_approval":
        return evolve(agent, waited_ms=agent.waited_ms + passed, timed_at=at)
    if paused or agent.status in IDLE:
        return evolve(agent, timed_at=at)
    return evolve(agent, worked_ms=agent.worked_ms + passed, timed_at=at)


def time_all(state: RunState, at: str) -> RunState:
    """The run with the time of all its agents counted up to `at`."""
    paused = state.status == "paused"
    agents = {agent_id: timed(agent, at, paused=paused) for agent_id, agent in state.agents.items()}
    return evolve(state, agents=agents)
