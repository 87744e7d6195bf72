"""The prompts, approvals and errors that are at hand: what one jumps to."""

from dataclasses import dataclass, field

from mogplex_cli.store.selectors.facts import agent_name
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.entry_query import is_landmark
from mogplex_contracts.state.timeline import TimelineEntry


@dataclass(frozen=True, slots=True)
class LandmarksProps:
    """Newest first."""

    entries: tuple[TimelineEntry, ...] = ()
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Agent names by id."""
    earlier: int = 0
    """Entries before those that were looked through."""
    looking_at: int = 0
    """The event that is being looked at in the journal; 0 while none is."""
    last_seq: int = 0
    """The newest event of the run."""
    unlisted: int = 0
    """How many older ones were found that are not among `entries`."""
    now: float = 0.0
    """Seconds since 1970; 0 while nothing shown depends on it."""


def select_landmarks(state: CockpitState) -> LandmarksProps:
    """The drawer's values."""
    run, older, look = state.run, state.view.older, state.view.landmarks
    newest = [entry for entry in run.timeline.entries() if is_landmark(entry)]
    fetched = [entry for entry in older.entries() if entry.index < run.timeline.first and is_landmark(entry)]
    known = {entry.index: entry for entry in (*look.found, *fetched) if entry.index < run.timeline.first}
    earlier = 0 if look.before >= run.timeline.first else run.timeline.first - look.before
    return LandmarksProps(
        entries=(*reversed(newest), *(known[index] for index in sorted(known, reverse=True))),
        names={key: agent_name(run, key) for key in run.agents},
        earlier=earlier,
        looking_at=max(1, look.to_seq) if look.going else 0,
        last_seq=run.last_seq,
        unlisted=look.unlisted,
        now=state.now if run.approvals.pending else 0.0,
    )
