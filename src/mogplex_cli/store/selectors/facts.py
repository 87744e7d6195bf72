"""Questions several parts ask of the state."""

from typing import NamedTuple

from mogplex_cli.store.state import CockpitState
from mogplex_contracts.clock import parse_ts
from mogplex_contracts.state import RunState
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES, Capability, ConnectionHealth

HARNESS_LABELS = {"demo": "offline demo"}
"""Harnesses whose work must never be taken for a model's."""

OBSERVING = "this cockpit only observes · open mogplex without --observe to change a run"
NEEDS_DAEMON = (
    "runs of other hosts need the daemon · mogplex-daemon start, then MOGPLEX_TRANSPORT=daemon mogplex"
)

DEFAULT_KEYS = {"approvals": "ctrl+o", "inbox": "f6", "next_alert": "f8", "help": "f1"}
"""The keys that are named outside the footer; the keymap's test holds them to the real ones."""


def key_for(state: CockpitState, action: str) -> str:
    """How the key of an action reads."""
    return state.session.keys.get(action, DEFAULT_KEYS.get(action, ""))


def run_is_active(state: CockpitState) -> bool:
    """Whether a run is there that has not ended."""
    return bool(state.run.run_id) and state.run.status not in FINAL_RUN_STATUSES


def clock_is_read(state: CockpitState) -> bool:
    """Whether something that is shown depends on the time."""
    listed = state.drawer is not None and state.drawer.name in ("runs", "inbox")
    return listed or run_is_active(state)


def busy_with(state: CockpitState) -> str:
    """Id of the run that is active or being started; empty when there is none."""
    return state.run.run_id if run_is_active(state) else state.starting


def daemon_connection(state: CockpitState) -> int:
    """Which connection to a daemon this is, from 1; 0 while there is none."""
    up = has_daemon(state) and state.connection.health == "nominal"
    return state.connection.times if up else 0


class Stale(NamedTuple):
    """What is shown may be behind: the link to the run is not in order."""

    seq: int
    """The last event that came."""
    seconds: int
    """How long ago the link was in order."""
    health: ConnectionHealth


def staleness(state: CockpitState) -> Stale | None:
    """How far behind the shown run may be; None when it is up to date, or has ended and cannot change.

    The end of a piped stream is no lost link: all that will ever come of it is there.
    """
    connection = state.connection
    if connection.health == "nominal" or connection.transport == "stdio" or not run_is_active(state):
        return None
    seconds = int(state.now - connection.since) if connection.since else 0
    return Stale(state.run.last_seq, max(0, seconds), connection.health)


def no_deciding(state: CockpitState) -> str | None:
    """Why nothing can be decided now; None when it can."""
    if state.session.observe:
        return OBSERVING
    connection = state.connection
    if connection.health == "nominal" or connection.transport == "stdio":
        return None
    return f"deciding is off while the link is {connection.health}: what waits may have changed"


def has_daemon(state: CockpitState) -> bool:
    """Whether this cockpit speaks to a daemon, and so to all of its runs."""
    return state.connection.transport == "daemon"


CANNOT: dict[Capability, str] = {
    "pause": "cannot be paused · /kill ends the run",
    "steer": "takes no word while it works · /kill ends the run",
    "model": "keeps its model to the end of the run · the next run can have another",
    "sub_agents": "has no agents of its own",
    "edited_input": "takes no edited input · reject with a note instead",
    "cost": "does not say what it costs",
    "resume": "cannot go on after it has ended",
}
"""What is said of a harness without a capability, after its name."""


def lacks(state: CockpitState, capability: Capability) -> str | None:
    """Why the run that works cannot do this; None when it can, does not say, or there is none."""
    told = state.run.capabilities
    if not run_is_active(state) or told is None or capability in told:
        return None
    return f"{harness_label(state) or one_line(state.run.harness, 40)} {CANNOT[capability]}"


def harness_label(state: CockpitState) -> str:
    """What to call the harness when that must be said; empty otherwise."""
    return HARNESS_LABELS.get(state.run.harness or state.session.harness, "")


def harness_name(harness: str) -> str:
    """What lists call a harness: `codex`, `offline demo`, an ACP agent by its own name; empty when unknown."""
    return HARNESS_LABELS.get(harness) or one_line(harness.removeprefix("acp:"), 30)


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
