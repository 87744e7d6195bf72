"""The prompts, approvals and errors that are at hand: what one jumps to."""

from dataclasses import dataclass, field

from mogplex_cli.store.selectors.facts import agent_name
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.timeline_filter import is_landmark
from mogplex_contracts.state.timeline import TimelineEntry


@dataclass(frozen=True, slots=True)
class LandmarksProps:
    """Newest first."""

    entries: tuple[TimelineEntry, ...] = ()
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Agent names by id."""
    earlier: int = 0
    """Entries before those that were looked through."""
    now: float = 0.0
    """Seconds since 1970; 0 while nothing shown depends on it."""


def select_landmarks(state: CockpitState) -> LandmarksProps:
    """The drawer's values."""
    run, older = state.run, state.view.older
    newest = [entry for entry in run.timeline.entries() if is_landmark(entry)]
    fetched = [entry for entry in older.entries() if entry.index < run.timeline.first and is_landmark(entry)]
    return LandmarksProps(
        entries=tuple(reversed((*fetched, *newest))),
        names={key: agent_name(run, key) for key in run.agents},
        earlier=older.first if older.kept and older.first < run.timeline.first else run.timeline.first,
        now=state.now if run.approvals.pending else 0.0,
    )
