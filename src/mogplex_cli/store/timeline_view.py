"""How the person looks at the timeline: what is filtered, looked for, pointed at and fetched again."""

from dataclasses import dataclass, field

from mogplex_cli.store.journal_look import NOT_LOOKED, Look, LookFor
from mogplex_cli.store.timeline_filter import NO_FILTER, Filter
from mogplex_contracts.state.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Pointed:
    """An entry that is to be shown; `turn` tells two times apart."""

    index: int
    turn: int


@dataclass(frozen=True, slots=True)
class TimelineView:
    """Facts of the cockpit only."""

    filter: Filter = NO_FILTER
    search: str = ""
    """What is looked for; empty when nothing is."""
    pointed: Pointed | None = None
    older: Timeline = field(default_factory=Timeline.blank)
    """Entries that had left the window and were fetched again: one window's worth, the last that was asked for."""
    fetching: bool = False
    """Whether such a part is on its way."""
    searched: Look = NOT_LOOKED
    """What of the journal was searched, beyond what is at hand."""
    landmarks: Look = NOT_LOOKED
    """The same for prompts, approvals and errors."""

    def look(self, what: LookFor) -> Look:
        """One of the two."""
        return self.searched if what == "search" else self.landmarks
