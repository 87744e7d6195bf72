"""How long agents have worked, and how long they have waited for a person."""

from mogplex_cli.store.selectors.facts import run_is_active, seconds_since
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.reduce.agent_time import IDLE
from mogplex_contracts.state.agent import Agent


def agent_times(state: CockpitState, agent: Agent) -> tuple[int, int]:
    """Seconds worked and seconds waited for a person, up to now."""
    worked, waited = agent.worked_ms // 1000, agent.waited_ms // 1000
    if not run_is_active(state):
        return worked, waited
    more = seconds_since(agent.timed_at or agent.started_at, state.now)
    if agent.status == "waiting_for_approval":
        return worked, waited + more
    if state.run.status == "paused" or agent.status in IDLE:
        return worked, waited
    return worked + more, waited
