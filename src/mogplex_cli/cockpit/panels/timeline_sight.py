"""What of the timeline is at hand and passes the filter, and where in it the matches and landmarks are."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from mogplex_cli.store.selectors.timeline import TimelineProps
from mogplex_cli.store.timeline_filter import holds, is_landmark, shows
from mogplex_cli.store.timeline_window import Finder, Window, window
from mogplex_contracts.state.timeline import Timeline

NEAR = 24
"""So many entries before the end of what is at hand, more of it is asked for."""


class Sight:
    """Remembers what it found chunk by chunk: an event costs the chunk it changes."""

    def __init__(self) -> None:
        self.window = Window()
        self._filter: tuple[object, Finder | None] = (None, None)
        self._search: tuple[object, Finder | None] = (None, None)
        self._landmark = Finder(is_landmark)
        self._matches: list[int] = []
        self._made_of: tuple[object, ...] = ()

    def look(self, props: TimelineProps, kept: Timeline) -> None:
        """Take in another value; nothing is done when it is the one before."""
        view = props.view
        made_of = (props.timeline, props.writing, kept, view.older, view.filter, view.search, props.names)
        if len(made_of) == len(self._made_of) and all(
            mine is yours for mine, yours in zip(made_of, self._made_of, strict=True)
        ):
            return
        self._made_of = made_of
        if self._filter[0] != (view.filter, props.names):
            finder = Finder(shows(view.filter, props.names)) if view.filter else None
            self._filter = (view.filter, props.names), finder
        if self._search[0] != (view.search, props.names):
            finder = Finder(holds(view.search, props.names)) if view.search else None
            self._search = (view.search, props.names), finder
        writing = props.writing
        if view.filter:
            passes = shows(view.filter, props.names)
            writing = tuple(entry for entry in writing if passes(entry))
        self.window = window(_in_order(props.timeline, kept, view.older), writing, self._filter[1])
        self._matches = self._shown(self._search[1]) if self._search[1] else []

    def is_entry(self, index: int) -> bool:
        """Whether it is an entry that can be selected, and no gap and nothing being written."""
        return index < self.window.count and self.window.get(index) is not None

    def entry_before(self, index: int) -> int | None:
        """The entry above, over gaps."""
        above = self.window.before(index)
        while above is not None and not self.is_entry(above):
            above = self.window.before(above)
        return above

    def entry_after(self, index: int) -> int | None:
        """The entry below, over gaps."""
        below = self.window.after(index)
        while below is not None and not self.is_entry(below):
            below = self.window.after(below)
        return below

    def between(self, first: int, last: int) -> Sequence[int]:
        """Entries that are shown from `first` to `last`."""
        return [
            index
            for part in self.window.parts
            for index in part.shown[bisect_left(part.shown, first) : bisect_right(part.shown, last)]
        ]

    def shown_after(self, index: int) -> int:
        """How many entries are shown below this one."""
        return sum(len(part.shown) - bisect_right(part.shown, index) for part in self.window.parts)

    def match(self, cursor: int | None) -> tuple[int, int]:
        """Which match the cursor is on, from 1, or 0; and how many there are."""
        if cursor is None:
            return 0, len(self._matches)
        place = bisect_left(self._matches, cursor)
        here = place < len(self._matches) and self._matches[place] == cursor
        return (place + 1 if here else 0), len(self._matches)

    def is_match(self, index: int) -> bool:
        """Whether what is looked for stands in this entry."""
        return self.match(index)[0] > 0

    def match_before(self, index: int) -> int | None:
        """The match above."""
        return _before(self._matches, index)

    def match_after(self, index: int) -> int | None:
        """The match below."""
        return _after(self._matches, index)

    def landmark_before(self, index: int) -> int | None:
        """The landmark above."""
        return _before(self._shown(self._landmark), index)

    def landmark_after(self, index: int) -> int | None:
        """The landmark below."""
        return _after(self._shown(self._landmark), index)

    def missing_near(self, first: int, last: int) -> int | None:
        """An index around which entries should be fetched, seen from what is in sight; None when all is there."""
        parts = self.window.parts
        for place, part in enumerate(parts):
            if not part.gap:
                continue
            before = parts[place - 1].end if place else None
            if part.first - NEAR <= first < part.end and first - NEAR < part.first:
                return max(0, min(first, part.first) - 1)
            if before is not None and before - NEAR <= last < part.first:
                return before
        return None

    def _shown(self, finder: Finder) -> list[int]:
        """What it finds of what is shown, ascending."""
        chunks = [chunk for timeline in self.window.timelines for chunk in timeline.chunks]
        found = sorted(set(finder.find(chunks)))
        if self._filter[1] is None:
            return found
        return [index for index in found if any(_has(part.shown, index) for part in self.window.parts)]


def _in_order(newest: Timeline, kept: Timeline, older: Timeline) -> list[Timeline]:
    """Oldest first; one that lies wholly in a later one is left out."""
    timelines = [newest]
    for each in sorted((kept, older), key=lambda timeline: timeline.first, reverse=True):
        if each.kept and each.first < timelines[0].first:
            timelines.insert(0, each)
    return timelines


def _has(sequence: Sequence[int], index: int) -> bool:
    place = bisect_left(sequence, index)
    return place < len(sequence) and sequence[place] == index


def _before(places: Sequence[int], index: int) -> int | None:
    place = bisect_left(places, index)
    return places[place - 1] if place else None


def _after(places: Sequence[int], index: int) -> int | None:
    place = bisect_right(places, index)
    return places[place] if place < len(places) else None
