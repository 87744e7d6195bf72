"""Questions several parts ask of the state."""

from mogplex_cli.store.state import CockpitState
from mogplex_contracts.clock import parse_ts
from mogplex_contracts.state import RunState
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES

HARNESS_LABELS = {"demo": "offline demo"}
"""Harnesses whose work must never be taken for a model's."""


def run_is_active(state: CockpitState) -> bool:
    """Whether a run is there that has not ended."""
    return bool(state.run.run_id) and state.run.status not in FINAL_RUN_STATUSES


def busy_with(state: CockpitState) -> str:
    """Id of the run that is active or being started; empty when there is none."""
    return state.run.run_id if run_is_active(state) else state.starting


def harness_label(state: CockpitState) -> str:
    """What to call the harness when that must be said; empty otherwise."""
    return HARNESS_LABELS.get(state.run.harness or state.session.harness, "")


def model_name(state: CockpitState) -> str | None:
    """The model in use, or the one a run would use; None when the harness decides."""
    model = state.run.model if state.run.run_id else state.session.model
    return one_line(model, 60) if model else None


def agent_name(run: RunState, agent_id: str | None) -> str:
    """What to call an agent; its id when nobody introduced it; empty for None."""
    if agent_id is None:
        return ""
    agent = run.agents.get(agent_id)
    return one_line(agent.name if agent else agent_id, 40)


def seconds_since(ts: str, now: float) -> int:
    """Whole seconds from a timestamp to `now`; 0 when it is none, or lies ahead."""
    then = parse_ts(ts)
    return 0 if then is None else max(0, int(now - then))
