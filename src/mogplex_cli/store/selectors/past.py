"""Which place of the run is shown, and the line that says so."""

from dataclasses import replace
from typing import NamedTuple

from mogplex_cli.store.state import CockpitState
from mogplex_contracts.clock import parse_ts


class PastProps(NamedTuple):
    """Where in the run we are."""

    seq: int
    """The last event that is shown."""
    last_seq: int
    """The newest there is."""
    ts: str
    """When the event shown happened."""
    behind_s: int | None
    """Seconds from there to the newest; None when either has no time."""


def select_past(state: CockpitState) -> PastProps | None:
    """The line's values; None while the newest is shown."""
    past, run = state.past, state.run
    if past is None:
        return None
    then, newest = parse_ts(past.run.last_ts), parse_ts(run.last_ts)
    behind = None if then is None or newest is None else max(0, int(newest - then))
    return PastProps(past.seq, run.last_seq, past.run.last_ts, behind)


def at_shown_place(state: CockpitState) -> CockpitState:
    """The state as panels and drawers about the run have to see it: at the place that is shown, in its time."""
    past = state.past
    if past is None:
        return state
    return replace(state, run=past.run, now=parse_ts(past.run.last_ts) or state.now)


def looks_back(state: CockpitState) -> str | None:
    """Why a run cannot be changed now; None when the newest is shown."""
    if state.past is None:
        return None
    return (
        f"the screen shows the past, @{state.past.seq} of {state.run.last_seq} · esc or /live returns to now"
    )
