"""What of the timeline is at hand and passes the filter, and where in it the matches and landmarks are."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from mogplex_cli.store.selectors.timeline import TimelineProps
from mogplex_cli.store.timeline_filter import query
from mogplex_cli.store.timeline_window import Finder, Window, window
from mogplex_contracts.entry_query import EntryQuery, is_landmark, passes
from mogplex_contracts.state.timeline import Timeline, TimelineEntry

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
        self._unlisted = 0
        self._looked: tuple[int, int] = (0, 0)
        """Every entry before these indices was looked at, for matches and for landmarks."""
        self._marks: tuple[int, ...] = ()
        """Landmarks that are not at hand."""
        self._made_of: tuple[object, ...] = ()

    def look(self, props: TimelineProps, kept: Timeline) -> None:
        """Take in another value; nothing is done when it is the one before."""
        view = props.view
        made_of = (
            props.timeline,
            props.writing,
            kept,
            view.older,
            view.filter,
            view.search,
            view.searched.found,
            view.searched.before,
            view.landmarks.found,
            view.landmarks.before,
            props.names,
        )
        if len(made_of) == len(self._made_of) and all(
            mine is yours for mine, yours in zip(made_of, self._made_of, strict=True)
        ):
            return
        self._made_of = made_of
        if self._filter[0] != (view.filter, props.names):
            finder = Finder(passes(query(view.filter), props.names)) if view.filter else None
            self._filter = (view.filter, props.names), finder
        if self._search[0] != (view.search, props.names):
            finder = Finder(passes(EntryQuery(text=view.search), props.names)) if view.search else None
            self._search = (view.search, props.names), finder
        writing = props.writing
        if view.filter:
            test = passes(query(view.filter), props.names)
            writing = tuple(entry for entry in writing if test(entry))
        self.window = window(_in_order(props.timeline, kept, view.older), writing, self._filter[1])
        at_hand = self._shown(self._search[1]) if self._search[1] else []
        self._matches = sorted({*at_hand, *self._away(view.searched.found)})
        self._unlisted = view.searched.unlisted
        # A filter may leave out landmarks that the look through the journal has not left out.
        self._marks = () if view.filter else self._away(view.landmarks.found)
        self._looked = view.searched.before, 0 if view.filter else view.landmarks.before

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
        """Which match the cursor is on, from 1, or 0; and how many are known."""
        known = self._unlisted + len(self._matches)
        if cursor is None or not _has(self._matches, cursor):
            return 0, known
        return self._unlisted + bisect_left(self._matches, cursor) + 1, known

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
        return _before(self._landmarks(), index)

    def landmark_after(self, index: int) -> int | None:
        """The landmark below."""
        return _after(self._landmarks(), index)

    def searched_between(self, first: int, last: int) -> bool:
        """Whether every entry from `first` to before `last` was looked at for matches."""
        return not self._unlooked(self._looked[0], first, last)

    def looked_between(self, first: int, last: int) -> bool:
        """Whether every entry from `first` to before `last` was looked at for landmarks."""
        return not self._unlooked(self._looked[1], first, last)

    def behind_unsearched(self) -> TimelineEntry | None:
        """The first entry behind all that were not looked at for matches; None when all were."""
        end, behind = 0, None
        for part in self.window.parts:
            if part.gap and max(self._looked[0], end) < part.first:
                behind = self.window.get(part.first)
            end = part.end
        return behind

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

    def _landmarks(self) -> list[int]:
        return sorted({*self._shown(self._landmark), *self._marks})

    def _away(self, found: Sequence[TimelineEntry]) -> tuple[int, ...]:
        """The indices of those that are not at hand."""
        count = self.window.count
        return tuple(
            entry.index for entry in found if entry.index < count and self.window.get(entry.index) is None
        )

    def _unlooked(self, looked: int, first: int, last: int) -> bool:
        """Whether some entry from `first` to before `last` is neither at hand nor among those looked at."""
        end = 0
        for part in self.window.parts:
            if part.gap and max(looked, end, first) < min(part.first, last):
                return True
            end = part.end
        return False

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
