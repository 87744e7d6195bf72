"""The timeline's rows: from the bottom up while it follows the tail, from the top down while it stands still.

Only what is seen is laid out, and what cannot change is laid out once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mogplex_cli.cockpit.kit.lines import Line, cut, line
from mogplex_cli.cockpit.kit.spans import marked
from mogplex_cli.store.timeline_window import Window
from mogplex_contracts.state.timeline import TimelineEntry

if TYPE_CHECKING:
    from mogplex_cli.cockpit.cells import CellContext

CACHED_ENTRIES = 512
UNSETTLED = frozenset(("running", "waiting"))
TIME_CELLS = 10
"""What a search does not mark: edge and time."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The row at the top of the window: which entry, and which of its rows."""

    index: int
    row: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and the entry it belongs to."""

    index: int
    row: int
    drawn: Line


class Scene(NamedTuple):
    """What the rows are made of."""

    window: Window
    context: "CellContext"
    width: int
    selected: Collection[int] = ()
    expanded: Collection[int] = ()
    search: str = ""
    active: frozenset[int] = frozenset()
    """Entries that run or wait now."""
    fetching: bool = False


class Rows:
    """Lays entries out, and remembers those that cannot change."""

    def __init__(self) -> None:
        self._cache: dict[tuple[object, ...], tuple[TimelineEntry, list[Line]]] = {}

    def of(self, scene: Scene, index: int) -> list[Line]:
        """The rows of one entry; one row for a gap."""
        entry = scene.window.get(index)
        if entry is None:
            return [_gap(scene, index)]
        entry = _settled(entry, scene)
        selected, expanded = index in scene.selected, index in scene.expanded
        fixed = entry.status not in UNSETTLED
        name = scene.context.name(entry)
        key = (index, scene.width, selected, expanded, scene.search, name)
        known = self._cache.get(key)
        if fixed and known is not None and known[0] == entry:
            return known[1]
        rows = _laid_out(entry, scene, selected=selected, expanded=expanded)
        if scene.search:
            rows = [marked(each, scene.search, behind=TIME_CELLS) for each in rows]
        if fixed:
            if len(self._cache) >= CACHED_ENTRIES:
                self._cache.clear()
            self._cache[key] = entry, rows
        return rows

    def from_tail(self, scene: Scene, room: int) -> list[Row]:
        """The last rows."""
        kept: list[list[Row]] = []
        height = 0
        index = scene.window.last
        while index is not None and height < room:
            rows = self._rows(scene, index)
            kept.append(rows)
            height += len(rows)
            index = scene.window.before(index)
        flat = [row for rows in reversed(kept) for row in rows]
        return flat[max(0, len(flat) - room) :]

    def from_anchor(self, scene: Scene, anchor: Anchor, room: int) -> list[Row]:
        """The rows from the anchor on; fewer than `room` when that is the tail."""
        flat: list[Row] = []
        index = scene.window.after(anchor.index - 1)
        skip = anchor.row if index == anchor.index else 0
        while index is not None and len(flat) - skip < room:
            flat.extend(self._rows(scene, index))
            index = scene.window.after(index)
        return flat[skip : skip + room]

    def stepped(self, scene: Scene, start: Anchor, rows: int) -> Anchor:
        """The anchor so many rows below `start`, or above it when negative."""
        index, row = start.index, start.row + rows
        while row < 0:
            above = scene.window.before(index)
            if above is None:
                return Anchor(index)
            index = above
            row += len(self.of(scene, index))
        while row >= (here := len(self.of(scene, index))):
            below = scene.window.after(index)
            if below is None:
                return Anchor(index, here - 1)
            row -= here
            index = below
        return Anchor(index, row)

    def in_sight(self, scene: Scene, index: int, top: Anchor, room: int) -> Anchor | None:
        """The anchor that shows all of an entry, or its beginning; None when `top` shows it already."""
        if index < top.index or (index == top.index and top.row > 0):
            return Anchor(index)
        size = len(self.of(scene, index))
        height = size
        above = scene.window.before(index) if index > top.index else None
        while above is not None and above >= top.index and height <= room:
            height += len(self.of(scene, above)) - (top.row if above == top.index else 0)
            above = scene.window.before(above)
        if height <= room:
            return None
        return Anchor(index) if size >= room else self.stepped(scene, Anchor(index, size - 1), 1 - room)

    def _rows(self, scene: Scene, index: int) -> list[Row]:
        return [Row(index, place, drawn) for place, drawn in enumerate(self.of(scene, index))]


def _laid_out(entry: TimelineEntry, scene: Scene, *, selected: bool, expanded: bool) -> list[Line]:
    # An empty timeline has no cells, and needs none of what they are made of.
    from mogplex_cli.cockpit.cells import CELLS
    from mogplex_cli.cockpit.cells.base import lay_out
    from mogplex_cli.cockpit.cells.opened import opened

    cell = CELLS[entry.kind](entry, scene.context)
    if expanded:
        cell = opened(cell, entry, scene.context)
    return lay_out(cell, entry, scene.context, scene.width, selected=selected)


def _settled(entry: TimelineEntry, scene: Scene) -> TimelineEntry:
    """An entry that left the window may say that it runs, though it does not any more: how it ended is not known."""
    newest = scene.window.timelines[-1].first if scene.window.timelines else 0
    if entry.index >= newest or entry.status not in UNSETTLED or entry.index in scene.active:
        return entry
    note = "" if entry.note == "waits" else entry.note
    return entry.model_copy(update={"status": "none", "note": note})


def _gap(scene: Scene, index: int) -> Line:
    """The row that stands for entries that are not at hand."""
    from mogplex_cli.cockpit.cells.base import INDENT

    ends = [part.end for part in scene.window.parts if part.end <= index]
    missing = index + 1 - (ends[-1] if ends else 0)
    word = "entry" if missing == 1 else "entries"
    where = "earlier" if not ends else "more"
    rest = "on their way" if scene.fetching else "in the journal · pgup fetches them"
    whole = " " * INDENT + f"{missing:,} {where} {word} {rest}"
    short = f" {missing:,} {where} {rest.removeprefix('in the journal ')}"
    return line((whole if len(whole) <= scene.width else cut(short, scene.width), "dim"))
