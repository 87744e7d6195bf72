"""The timeline: what happened, drawn line by line from a bounded window.

Standing still, it is tied to an entry and not to a row, so nothing that arrives moves it; what leaves the
run's window while it is read stays here until the tail is followed again.
"""

from collections.abc import Sequence
from datetime import tzinfo

from textual import events

from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import Line
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.cockpit.panels.timeline_heading import HeadingProps, heading
from mogplex_cli.cockpit.panels.timeline_layout import Anchor, Row, Rows, Scene
from mogplex_cli.cockpit.panels.timeline_sight import Sight
from mogplex_cli.cockpit.panels.welcome import welcome_lines
from mogplex_cli.store.selectors.timeline import TimelineProps
from mogplex_contracts.state.timeline import Timeline as Entries

HEADING_ROWS = 1
WHEEL_ROWS = 3


class Timeline(Painted[TimelineProps]):
    """Follows the tail until the person scrolls or selects; then it stands until they follow again."""

    can_focus = True
    BINDINGS = [*bindings("outside"), *bindings("timeline")]

    def __init__(self, *, id: str | None = None, zone: tzinfo | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone
        self._layout = Rows()
        self._sight = Sight()
        self._anchor: Anchor | None = None
        self._cursor: int | None = None
        self._mark: int | None = None
        """Where the range that is being selected began."""
        self._expanded: set[int] = set()
        self._peeked: int | None = None
        """The entry that a search opened, to be closed again when the search goes on."""
        self._kept = Entries.blank()
        """What was in the run's window when reading began."""
        self._rows: list[Row] = []
        self._seen_count = 0
        """How many entries there were when it began to stand still."""

    @property
    def following(self) -> bool:
        """Whether the newest entry is always in sight."""
        return self._anchor is None

    def show(self, props: TimelineProps) -> None:
        """Show another window; a new run is followed from its start."""
        before = self.props
        if before is None or props.run_id != before.run_id:
            self._anchor = self._cursor = self._mark = self._peeked = None
            self._kept = Entries.blank()
            self._expanded.clear()
        elif self._anchor is not None and not self._kept.kept and props.timeline.first > self._anchor.index:
            self._kept = before.timeline
        super().show(props)
        if before is None or props.run_id != before.run_id:
            return
        if props.view.pointed is not None and props.view.pointed != before.view.pointed:
            self._go(props.view.pointed.index)
        elif props.view.search and props.view.search != before.view.search:
            self._find_from_here()

    def draw(self, props: TimelineProps, width: int, height: int) -> Sequence[Line]:
        """Heading and rows."""
        if props.welcome is not None:
            self._rows = []
            return welcome_lines(props.welcome, width, height)
        room = height - HEADING_ROWS
        scene = self._scene(props, width)
        rows: list[Row] = []
        if self._anchor is not None:
            rows = self._layout.from_anchor(scene, self._anchor, room)
        if self._anchor is None or (len(rows) < room and self._cursor is None):
            self._anchor = None
            self._kept = Entries.blank()
            rows = self._layout.from_tail(self._scene(props, width), room)
        elif len(rows) < room:
            rows = self._layout.from_tail(scene, room)
        self._rows = rows
        return [heading(self._heading(props, scene), width), *(row.drawn for row in rows)]

    def _scene(self, props: TimelineProps, width: int) -> Scene:
        from mogplex_cli.cockpit.cells import CellContext

        sight = self._sight
        sight.look(props, self._kept)
        context = CellContext(
            props.names,
            props.outputs,
            {key: patch.diff for key, patch in props.patches.items()} if self._expanded else {},
            props.now,
            self._zone,
        )
        return Scene(
            sight.window,
            context,
            width,
            self.selected,
            self._expanded,
            props.view.search,
            props.active,
            props.view.fetching,
        )

    def _heading(self, props: TimelineProps, scene: Scene) -> HeadingProps:
        sight = self._sight
        last = self._rows[-1].index if self._rows else 0
        match, matches = sight.match(self._cursor)
        count, look = props.timeline.count, props.view.searched
        behind = sight.behind_unsearched() if props.view.search else None
        return HeadingProps(
            following=self._anchor is None,
            below=sight.shown_after(last),
            new=max(0, min(count - self._seen_count, count - 1 - last)) if self._anchor else 0,
            filter=props.view.filter.text if props.view.filter else "",
            shown=scene.window.shown,
            search=props.view.search,
            match=match,
            matches=matches,
            unsearched=(look.to_seq + 1, behind.seq or 0) if behind else None,
            searching=look.going,
            marked=len(self.selected) if self._mark is not None else 0,
            stale=props.stale,
        )

    @property
    def selected(self) -> Sequence[int]:
        """The entry under the cursor, or all of a range, ascending."""
        if self._cursor is None:
            return ()
        if self._mark is None:
            return (self._cursor,)
        return self._sight.between(min(self._mark, self._cursor), max(self._mark, self._cursor))

    def action_up(self) -> None:
        """Select the entry above, or take it into the range."""
        self._select(-1)

    def action_down(self) -> None:
        """Select the entry below, or take it into the range; beyond the last one the tail is followed again."""
        self._select(1)

    def action_range(self) -> None:
        """Begin a range at the selected entry, or end it."""
        if self._cursor is None:
            self._select(-1)
        self._mark = self._cursor if self._mark is None else None
        self.redraw()

    def action_range_up(self) -> None:
        """One entry more, or less."""
        self._extend(-1)

    def action_range_down(self) -> None:
        """One entry more, or less."""
        self._extend(1)

    def action_page_up(self) -> None:
        """Scroll back."""
        self._scroll(-max(1, self.size.height - HEADING_ROWS - 2))

    def action_page_down(self) -> None:
        """Scroll on."""
        self._scroll(max(1, self.size.height - HEADING_ROWS - 2))

    def action_first(self) -> None:
        """Go to the oldest entry of the run, which may have to be fetched."""
        props = self.props
        if props is None or not props.timeline.count:
            return
        oldest = self._sight.window.after(-1)
        if oldest is None:
            return
        self._hold(props)
        self._cursor = None if self._sight.window.get(oldest) is None else oldest
        self._anchor = Anchor(oldest)
        self.redraw()
        self._fetch_near(first=True)

    def action_follow(self) -> None:
        """Follow the tail."""
        self._cursor = self._anchor = self._mark = None
        self._kept = Entries.blank()
        self.redraw()

    def action_open(self) -> None:
        """Open the selected entry, or the newest one."""
        if self.props is None or not self.props.timeline.count:
            return
        index = self._cursor if self._cursor is not None else self.props.timeline.count - 1
        self.post_message(Invoke("open_entry", str(index)))

    def action_turn(self) -> None:
        """Open the selected entry in place, or close it again."""
        self._fold(None)

    def action_unfold(self) -> None:
        """Open it in place."""
        self._fold(True)

    def action_fold(self) -> None:
        """Close it again."""
        self._fold(False)

    def action_earlier_match(self) -> None:
        """To what was looked for, further up."""
        self._match(self._sight.match_before(self._place), older=True)

    def action_later_match(self) -> None:
        """To what was looked for, further down."""
        self._match(self._sight.match_after(self._place), older=False)

    def action_earlier_mark(self) -> None:
        """To the prompt, approval or error before."""
        self._mark_near(self._sight.landmark_before(self._place), older=True)

    def action_later_mark(self) -> None:
        """To the prompt, approval or error after."""
        self._mark_near(self._sight.landmark_after(self._place), older=False)

    def action_copy(self) -> None:
        """Copy what is selected."""
        self._copy("")

    def action_copy_file(self) -> None:
        """Write what is selected to a file."""
        self._copy("file ")

    def action_leave(self) -> None:
        """Take back the last thing that was asked of it: range, looking on, search, filter; then leave it."""
        view = self.props.view if self.props else None
        if self._mark is not None:
            self._mark = None
            self.redraw()
        elif view and view.searched.going:
            self.post_message(Invoke("stop_search"))
        elif view and view.search:
            self.post_message(Invoke("search_timeline", ""))
        elif view and view.filter:
            self.post_message(Invoke("filter_timeline", ""))
        else:
            self.post_message(Invoke("focus_composer"))

    def action_invoke(self, action: str) -> None:
        """A key that leads to an action."""
        self.post_message(Invoke(action))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls back."""
        event.stop()
        self._scroll(-WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls on."""
        event.stop()
        self._scroll(WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """A click selects, with shift up to there; a double click opens."""
        event.stop()
        place = event.y - HEADING_ROWS
        if self.props is None or not 0 <= place < len(self._rows):
            return
        index = self._rows[place].index
        if self._sight.window.get(index) is None:
            self._fetch_near()
            return
        self._mark = (self._cursor if self._mark is None else self._mark) if event.shift else None
        self._hold(self.props)
        self._cursor = index
        self.redraw()
        if event.chain == 2:
            self.action_open()

    @property
    def _place(self) -> int:
        """Where a jump begins: the cursor, else below the last row in sight."""
        if self._cursor is not None:
            return self._cursor
        return self._rows[-1].index + 1 if self._rows else 0

    def _copy(self, where: str) -> None:
        selected = self.selected or ([self.props.timeline.count - 1] if self.props else [])
        indices = ",".join(str(index) for index in selected if index >= 0)
        if indices:
            self._mark = None
            self.redraw()
            self.post_message(Invoke("copy", where + indices))

    def _fold(self, wanted: bool | None) -> None:
        props = self.props
        if props is None:
            return
        if self._cursor is None:
            self._select(-1)
        if self._cursor is None:
            return
        self._peeked = None
        for index in self.selected:
            if wanted if wanted is not None else index not in self._expanded:
                self._expanded.add(index)
            else:
                self._expanded.discard(index)
        self._show_cursor(props)

    def _find_from_here(self) -> None:
        """What was typed is shown at its newest place that is not below."""
        place = self._sight.match_before(self._place + 1)
        if place is None:
            place = self._sight.match_after(self._place)
        if place is not None:
            self._go(place)

    def _match(self, place: int | None, *, older: bool) -> None:
        """To a match; over what was not searched only when it has been."""
        props, here = self.props, self._place
        if props is None or not props.run_id or not props.view.search:
            return
        first, last = (
            (0 if place is None else place, here) if older else (here, place or self._sight.window.count)
        )
        if not self._sight.searched_between(first, last):
            self.post_message(Invoke("search_journal", f"<{here}" if older else f">{here}"))
        elif place is None:
            self.post_message(Invoke("say", "no match further"))
        else:
            self._visit(place)

    def _mark_near(self, place: int | None, *, older: bool) -> None:
        """To a prompt, approval or error; over what was not looked through one goes by the list of them."""
        props, here = self.props, self._place
        if props is None or not props.run_id:
            return
        first, last = (
            (0 if place is None else place, here) if older else (here, place or self._sight.window.count)
        )
        if place is not None:
            self._visit(place)
        elif self._sight.looked_between(first, last):
            self.post_message(Invoke("say", "no prompt, approval or error further"))
        else:
            self.post_message(
                Invoke("say", "no prompt, approval or error further at hand · o lists those of the whole run")
            )

    def _visit(self, index: int) -> None:
        """To an entry, which may have to be fetched."""
        if self._sight.window.get(index) is None:
            self.post_message(Invoke("show_entry", str(index)))
        else:
            self._go(index)

    def _go(self, index: int) -> None:
        """Put the cursor on an entry and bring it into sight; one that must be looked into opens."""
        props = self.props
        if props is None:
            return
        self._hold(props)
        self._cursor, self._mark = index, None
        if self._peeked is not None:
            self._expanded.discard(self._peeked)
            self._peeked = None
        search = props.view.search.lower()
        row = None
        if search and self._sight.is_match(index):
            row = self._row_with(props, index, search)
            if row is None:
                self._expanded.add(index)
                self._peeked = index
                row = self._row_with(props, index, search)
        self._show_cursor(props)
        room = max(1, self.size.height - HEADING_ROWS)
        if row is not None and row >= room:
            self._anchor = Anchor(index, row - room // 2)

    def _row_with(self, props: TimelineProps, index: int, search: str) -> int | None:
        """Which row of an entry has what is looked for."""
        rows = self._layout.of(self._scene(props, self.size.width), index)
        return next((place for place, row in enumerate(rows) if search in row.text.lower()), None)

    def _hold(self, props: TimelineProps) -> None:
        """Stand still where the window is now."""
        if self._anchor is None:
            self._seen_count = props.timeline.count
            self._anchor = Anchor(self._rows[0].index, self._rows[0].row) if self._rows else Anchor(0)

    def _extend(self, step: int) -> None:
        if self._cursor is None:
            self._select(-1)
        if self._mark is None:
            self._mark = self._cursor
        self._select(step)

    def _select(self, step: int) -> None:
        props = self.props
        if props is None or not self._rows:
            return
        sight = self._sight
        if self._cursor is None:
            here = [row.index for row in self._rows if sight.is_entry(row.index)]
            if not here or (step > 0 and self._anchor is None):
                return
            self._cursor = here[-1] if step < 0 else here[0]
        else:
            to = sight.entry_before(self._cursor) if step < 0 else sight.entry_after(self._cursor)
            if to is None and step > 0 and self._mark is None:
                self.action_follow()
                return
            self._cursor = self._cursor if to is None else to
        self._hold(props)
        self._show_cursor(props)
        self._fetch_near()

    def _show_cursor(self, props: TimelineProps) -> None:
        cursor, anchor = self._cursor, self._anchor
        if cursor is not None and anchor is not None:
            scene = self._scene(props, self.size.width)
            top = Anchor(self._rows[0].index, self._rows[0].row) if self._rows else anchor
            room = max(1, self.size.height - HEADING_ROWS)
            self._anchor = self._layout.in_sight(scene, cursor, top, room) or top
        self.redraw()

    def _scroll(self, rows: int) -> None:
        props = self.props
        if props is None or not self._rows or (rows > 0 and self._anchor is None):
            return
        self._hold(props)
        self._cursor = self._mark = None
        top = self._anchor or Anchor(0)
        self._anchor = self._layout.stepped(self._scene(props, self.size.width), top, rows)
        self.redraw()
        self._fetch_near()

    def _fetch_near(self, *, first: bool = False) -> None:
        """Ask for what is missing where the person looks now."""
        props = self.props
        if props is None or props.view.fetching or not self._rows:
            return
        place = self._sight.missing_near(self._rows[0].index, self._rows[-1].index)
        if first and place is not None:
            place = 0
        if place is not None:
            self.post_message(Invoke("fetch_older", str(place)))
