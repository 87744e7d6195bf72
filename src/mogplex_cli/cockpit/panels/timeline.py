"""The timeline: what happened, drawn line by line from a bounded window.

Only what is seen is laid out: from the bottom up while it follows the tail, from the top down while it
stands still. Standing still, it is tied to an entry and not to a row, so nothing that arrives moves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from textual import events

from mogplex_cli.cockpit.cells import CELLS, CellContext
from mogplex_cli.cockpit.cells.base import lay_out
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import Line, line, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.staleness import as_of
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.cockpit.panels.welcome import welcome_lines
from mogplex_cli.store.selectors.timeline import TimelineProps
from mogplex_contracts.state.timeline import TimelineEntry

HEADING_ROWS = 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """The row at the top of the window: which entry, and which of its rows."""

    index: int
    row: int = 0


class Timeline(Painted[TimelineProps]):
    """Follows the tail until the person scrolls or selects; then it stands until they follow again."""

    can_focus = True
    BINDINGS = [*bindings("outside"), *bindings("timeline")]

    def __init__(self, *, id: str | None = None, zone: tzinfo | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone
        self._anchor: Anchor | None = None
        self._cursor: int | None = None
        self._rows: list[int] = []
        """The entry each drawn row belongs to."""
        self._top = Anchor(0)

    @property
    def following(self) -> bool:
        """Whether the newest entry is always in sight."""
        return self._anchor is None

    def show(self, props: TimelineProps) -> None:
        """Show another window; a new run is followed from its start."""
        if self.props is not None and props.run_id != self.props.run_id:
            self._anchor = self._cursor = None
        super().show(props)

    def draw(self, props: TimelineProps, width: int, height: int) -> Sequence[Line]:
        """Heading and rows."""
        if props.welcome is not None:
            self._rows = []
            return welcome_lines(props.welcome, width, height)
        room = height - HEADING_ROWS
        rows = self._from_anchor(props, width, room) if self._anchor is not None else None
        if rows is None:
            self._anchor = None
            rows = self._from_tail(props, width, room)
        self._rows = [index for index, _, _ in rows]
        if rows:
            self._top = Anchor(rows[0][0], rows[0][1])
        return [self._heading(props, width), *(drawn for _, _, drawn in rows)]

    def _heading(self, props: TimelineProps, width: int) -> Line:
        if self._anchor is None:
            end = ("follow ▼ ", "dim")
        else:
            newer = props.timeline.count - 1 - max(self._rows, default=0)
            end = (f"{newer} newer ▼ end ", "accent") if newer > 0 else ("end follows ", "dim")
        return spread(((" TIMELINE", "dim"), *as_of(props.stale)), (end,), width)

    def _from_tail(self, props: TimelineProps, width: int, room: int) -> list[tuple[int, int, Line]]:
        """The last rows."""
        rows: list[tuple[int, int, Line]] = []
        for index in range(self._end(props) - 1, props.timeline.first - 2, -1):
            if len(rows) >= room:
                break
            rows[:0] = self._entry_rows(props, index, width)
        return rows[max(0, len(rows) - room) :]

    def _from_anchor(self, props: TimelineProps, width: int, room: int) -> list[tuple[int, int, Line]] | None:
        """The rows from the anchor on; None when that is the tail, which is then followed."""
        anchor = self._anchor or Anchor(0)
        first = props.timeline.first - 1
        skip = anchor.row if anchor.index >= first else 0
        rows: list[tuple[int, int, Line]] = []
        for index in range(max(anchor.index, first), self._end(props)):
            rows.extend(self._entry_rows(props, index, width))
            if len(rows) - skip > room:
                return rows[skip : skip + room]
        if self._cursor is not None and len(rows) - skip >= room:
            return rows[skip : skip + room]
        if self._cursor is not None:
            return self._from_tail(props, width, room)
        return None

    def _entry_rows(self, props: TimelineProps, index: int, width: int) -> list[tuple[int, int, Line]]:
        if index < props.timeline.first:
            if index < 0:
                return []
            older = f"{props.timeline.first:,} earlier entries are in the journal"
            return [(index, 0, line((f"           {older}", "dim")))]
        entry = props.timeline.get(index) or self._live_entry(props, index)
        context = CellContext(props.names, props.outputs, props.now, self._zone)
        cell = CELLS[entry.kind](entry, context)
        drawn = lay_out(cell, entry, context, width, selected=index == self._cursor)
        return [(index, row, each) for row, each in enumerate(drawn)]

    def _end(self, props: TimelineProps) -> int:
        return props.timeline.count + len(props.live)

    def _live_entry(self, props: TimelineProps, index: int) -> TimelineEntry:
        """A message that is being written stands after the last entry."""
        live = props.live[index - props.timeline.count]
        return TimelineEntry(
            index=index,
            seq=None,
            ts="",
            kind="reasoning" if live.reasoning else "message",
            subject=live.text[-600:],
            agent_id=live.agent_id,
            status="running",
        )

    def action_up(self) -> None:
        """Select the entry above."""
        self._select(-1)

    def action_down(self) -> None:
        """Select the entry below; beyond the last one the tail is followed again."""
        self._select(1)

    def action_page_up(self) -> None:
        """Scroll back."""
        self._scroll(-(self.size.height - HEADING_ROWS - 2))

    def action_page_down(self) -> None:
        """Scroll on."""
        self._scroll(self.size.height - HEADING_ROWS - 2)

    def action_first(self) -> None:
        """Go to the oldest entry there is."""
        if self.props is not None:
            self._cursor = self.props.timeline.first
            self._anchor = Anchor(max(0, self._cursor - 1))
            self.redraw()

    def action_follow(self) -> None:
        """Follow the tail."""
        self._cursor = self._anchor = None
        self.redraw()

    def go_to(self, index: int) -> None:
        """Put the cursor on an entry; one that has left the window stays where the window begins."""
        if self.props is None or not self.props.timeline.count:
            return
        timeline = self.props.timeline
        self._cursor = max(timeline.first, min(index, timeline.count - 1))
        self._hold()
        self._bring_into_sight(self.props)
        self.redraw()

    def action_open(self) -> None:
        """Open the selected entry, or the newest one."""
        if self.props is None or not self.props.timeline.count:
            return
        index = self._cursor if self._cursor is not None else self.props.timeline.count - 1
        self.post_message(Invoke("open_entry", str(index)))

    def action_invoke(self, action: str) -> None:
        """A key that leads to an action."""
        self.post_message(Invoke(action))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls back."""
        event.stop()
        self._scroll(-3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls on."""
        event.stop()
        self._scroll(3)

    def on_click(self, event: events.Click) -> None:
        """A click selects, a second one opens."""
        event.stop()
        place = event.y - HEADING_ROWS
        if self.props is None or not 0 <= place < len(self._rows):
            return
        index = self._rows[place]
        if index == self._cursor:
            self.action_open()
        elif self.props.timeline.get(index) is not None:
            self._hold()
            self._cursor = index
            self.redraw()

    def _hold(self) -> None:
        """Stand still where the window is now."""
        if self._anchor is None:
            self._anchor = self._top

    def _select(self, step: int) -> None:
        props = self.props
        if props is None or not props.timeline.count:
            return
        first, last = props.timeline.first, props.timeline.count - 1
        if self._cursor is None:
            in_sight = [index for index in self._rows if first <= index <= last]
            self._cursor = (in_sight[-1] if step < 0 else in_sight[0]) if in_sight else last
            if step > 0 and self._anchor is None:
                self._cursor = None
                return
        elif self._cursor + step > last:
            self.action_follow()
            return
        else:
            self._cursor = max(first, self._cursor + step)
        self._hold()
        self._bring_into_sight(props)
        self.redraw()

    def _bring_into_sight(self, props: TimelineProps) -> None:
        cursor = self._cursor or 0
        room = max(1, self.size.height - HEADING_ROWS)
        top = self._anchor or self._top
        if cursor < top.index or (cursor == top.index and top.row > 0):
            self._anchor = Anchor(cursor)
            return
        height = 0
        for index in range(cursor, top.index - 1, -1):
            height += len(self._entry_rows(props, index, self.size.width)) - (
                top.row if index == top.index else 0
            )
            if height > room:
                self._anchor = self._stepped(
                    props, Anchor(cursor, len(self._entry_rows(props, cursor, self.size.width)) - 1), 1 - room
                )
                return

    def _scroll(self, rows: int) -> None:
        if self.props is None or (rows > 0 and self._anchor is None):
            return
        self._hold()
        self._cursor = None
        self._anchor = self._stepped(self.props, self._anchor or self._top, rows)
        self.redraw()

    def _stepped(self, props: TimelineProps, start: Anchor, rows: int) -> Anchor:
        """The anchor so many rows below `start`, or above it."""
        index, row = start.index, start.row + rows
        while row < 0 and index > props.timeline.first - 1 and index > 0:
            index -= 1
            row += len(self._entry_rows(props, index, self.size.width))
        while index < self._end(props) - 1 and row >= (
            here := len(self._entry_rows(props, index, self.size.width))
        ):
            row -= here
            index += 1
        return Anchor(index, max(0, row))
