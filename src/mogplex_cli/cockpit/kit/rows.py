"""Many lines of which few are seen: how high each piece is, is known at once; what it looks like, when it is."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import overload

from mogplex_cli.cockpit.kit.lines import Line


class Rows(Sequence[Line]):
    """The lines of many pieces, drawn when they are asked for."""

    def __init__(self, heights: Sequence[int], draw: Callable[[int], Sequence[Line]]) -> None:
        """`heights[i]` is how many lines `draw(i)` gives."""
        self._offsets = list(accumulate(heights, initial=0))
        self._draw = draw

    def __len__(self) -> int:
        return self._offsets[-1]

    @overload
    def __getitem__(self, place: int) -> Line: ...

    @overload
    def __getitem__(self, place: slice) -> list[Line]: ...

    def __getitem__(self, place: int | slice) -> Line | list[Line]:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            return (
                self._between(start, stop)[::step]
                if step == 1
                else [self[each] for each in range(start, stop, step)]
            )
        place = range(len(self))[place]
        return self._between(place, place + 1)[0]

    def offset(self, piece: int) -> int:
        """The first line of a piece."""
        return self._offsets[piece]

    def piece_at(self, line: int) -> int:
        """The piece that a line belongs to."""
        return bisect_right(self._offsets, line, hi=len(self._offsets) - 1) - 1

    def _between(self, start: int, stop: int) -> list[Line]:
        if start >= stop:
            return []
        first = self.piece_at(start)
        found: list[Line] = []
        piece = first
        while self._offsets[piece] < stop:
            found.extend(self._draw(piece))
            piece += 1
            if piece == len(self._offsets) - 1:
                break
        skipped = start - self._offsets[first]
        return found[skipped : skipped + stop - start]


def chain(*parts: Sequence[Line], indent: Callable[[Line], Line] | None = None) -> Rows:
    """The lines of all parts, one after the other, each drawn by `indent`, if given."""
    starts = list(accumulate((len(part) for part in parts), initial=0))

    def draw(place: int) -> Sequence[Line]:
        which = bisect_right(starts, place, hi=len(starts) - 1) - 1
        drawn = parts[which][place - starts[which]]
        return (indent(drawn) if indent else drawn,)

    return Rows([1] * starts[-1], draw)
