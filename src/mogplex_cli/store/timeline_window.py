"""The entries at hand by their index in the run: parts of the timeline, with gaps between them. Pure.

A part is a window of chunks that never change, so what was found in a chunk holds until it is another chunk:
an event costs the one it changes, and a frame what it shows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from mogplex_contracts.entry_query import Predicate
from mogplex_contracts.state.timeline import Timeline, TimelineEntry

Chunk = tuple[TimelineEntry, ...]


class Finder:
    """Indices of the entries that pass a test, chunk by chunk."""

    def __init__(self, test: Predicate) -> None:
        self._test = test
        self._found: dict[int, tuple[Chunk, tuple[int, ...]]] = {}
        """By the chunk's identity, which is kept so that it stays its own."""

    def find(self, chunks: Sequence[Chunk]) -> list[int]:
        """The indices in these chunks, ascending. Chunks that are not among them are forgotten."""
        before, self._found = self._found, {}
        indices: list[int] = []
        for chunk in chunks:
            known = before.get(id(chunk))
            found = known[1] if known else tuple(entry.index for entry in chunk if self._test(entry))
            self._found[id(chunk)] = chunk, found
            indices.extend(found)
        return indices


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring entries, and which of them are shown."""

    first: int
    end: int
    """Behind the last."""
    shown: Sequence[int]
    gap: bool
    """Whether entries before it are not at hand; the row that says so has the index before `first`."""


@dataclass(frozen=True, slots=True)
class Window:
    """What can be shown now, oldest first."""

    timelines: tuple[Timeline, ...] = ()
    """Ascending, and not overlapping but for entries of an earlier one that a later one has too."""
    writing: tuple[TimelineEntry, ...] = ()
    """Messages that are being written: they stand behind the last entry."""
    parts: tuple[Part, ...] = field(default=())

    @property
    def count(self) -> int:
        """Entries there have been, without those being written."""
        return self.timelines[-1].count if self.timelines else 0

    def get(self, index: int) -> TimelineEntry | None:
        """The entry; None for a gap."""
        for timeline in reversed(self.timelines):
            if timeline.first <= index < timeline.count:
                return timeline.get(index)
        place = index - self.count
        return self.writing[place] if 0 <= place < len(self.writing) else None

    def before(self, index: int) -> int | None:
        """What stands above: an entry that is shown or a gap; None at the beginning."""
        for part in reversed(self.parts):
            if index >= part.first:
                place = bisect_left(part.shown, index)
                if place:
                    return part.shown[place - 1]
                if part.gap:
                    return part.first - 1
        return None

    def after(self, index: int) -> int | None:
        """What stands below; None at the end."""
        for part in self.parts:
            if part.gap and index < part.first - 1:
                return part.first - 1
            if index < part.end:
                place = bisect_right(part.shown, index)
                if place < len(part.shown):
                    return part.shown[place]
        return None

    @property
    def last(self) -> int | None:
        """What stands at the end."""
        return self.before(self.count + len(self.writing))

    @property
    def shown(self) -> int:
        """How many entries are shown."""
        return sum(len(part.shown) for part in self.parts)


def window(
    timelines: Sequence[Timeline], writing: tuple[TimelineEntry, ...] = (), finder: Finder | None = None
) -> Window:
    """The parts of these timelines, newest last; with a finder only what it finds is shown."""
    kept = tuple(timeline for timeline in timelines if timeline.kept)
    found = finder.find([chunk for timeline in kept for chunk in timeline.chunks]) if finder else None
    parts: list[Part] = []
    for place, timeline in enumerate(kept):
        first = max(timeline.first, parts[-1].end if parts else 0)
        end = (
            min(timeline.count, max(first, kept[place + 1].first))
            if place + 1 < len(kept)
            else timeline.count
        )
        shown: Sequence[int] = range(first, end)
        if found is not None:
            shown = sorted({index for index in found if first <= index < end})
        parts.append(Part(first, end, shown, gap=first > (parts[-1].end if parts else 0)))
    if writing:
        count = kept[-1].count if kept else 0
        indices = range(count, count + len(writing))
        parts.append(Part(count, indices.stop, indices, gap=False))
    return Window(kept, writing, tuple(parts))
