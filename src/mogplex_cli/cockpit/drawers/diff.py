"""The diffs of the run: read hunk by hunk, kept or dropped, commented on, approved or rejected.

A key decides under the rules of the Approval drawer: only with the focus, only 350 ms after what it would decide on
changed, and a high risk takes a second press. What is approved is exactly the diff that is shown, by its digest.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

from textual import events
from textual.app import ComposeResult

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.drawers.diff_text import DiffLook, head_lines, pair_height, pair_lines
from mogplex_cli.cockpit.keymap import KEYS, Key, bindings, key_in
from mogplex_cli.cockpit.kit.dead_time import DecidingKeys
from mogplex_cli.cockpit.kit.diff_document import read_document
from mogplex_cli.cockpit.kit.diff_pairs import Pair, amid_file, below_one_another, side_by_side
from mogplex_cli.cockpit.kit.lines import Line, line
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.approvals import shown_text
from mogplex_cli.store.selectors.diff import DiffProps, DiffSource
from mogplex_cli.store.selectors.waiting import Deciding, deciding


class DiffView(Painted[DiffLook]):
    """The head, and a window of the file's lines that follows the cursor."""

    def __init__(self) -> None:
        super().__init__(id="drawer-list")
        self._top = 0
        self._head = 0
        self._laid: tuple[tuple[Pair, ...], int, bool] = ((), 0, False)
        self._offsets: list[int] = [0]

    def draw(self, props: DiffLook, width: int, height: int) -> Sequence[Line]:
        """Head, lines, and how much there is."""
        head = head_lines(props, width)
        self._head = len(head)
        self._lay(props, width)
        room = max(1, height - len(head) - 1)
        total = self._offsets[-1]
        if props.pairs:
            first, after = self._offsets[props.cursor], self._offsets[props.cursor + 1]
            self._top = min(max(self._top, after - room), first)
        self._top = max(0, min(self._top, total - room))
        lines = self._window(props, width, self._top, min(total, self._top + room))
        below = total - self._top - len(lines)
        rest = f"  {below} more lines ▼" if below > 0 else f"  end · {total} lines"
        return (*head, *lines, line((rest, "accent" if below > 0 else "dim")))

    def pair_at(self, y: int) -> int | None:
        """Index of the pair on a line of the widget."""
        at = self._top + y - self._head
        if y < self._head or at >= self._offsets[-1]:
            return None
        return bisect_right(self._offsets, at) - 1

    def _lay(self, props: DiffLook, width: int) -> None:
        """How high every pair is; found anew only for other pairs or another width."""
        pairs, was, split = self._laid
        if pairs is props.pairs and (was, split) == (width, props.split):
            return
        self._laid = (props.pairs, width, props.split)
        heights = (pair_height(pair, width, split=props.split) for pair in props.pairs)
        self._offsets = list(accumulate(heights, initial=0))

    def _window(self, props: DiffLook, width: int, start: int, stop: int) -> list[Line]:
        if start >= stop:
            return []
        piece = bisect_right(self._offsets, start, hi=len(self._offsets) - 1) - 1
        skipped = start - self._offsets[piece]
        found: list[Line] = []
        while piece < len(props.pairs) and self._offsets[piece] < stop:
            found.extend(pair_lines(props, piece, width))
            piece += 1
        return found[skipped : skipped + stop - start]


class DiffDrawer(Drawer[DiffProps]):
    """Covers the body: code wants room."""

    context = "diff"
    whole = True
    BINDINGS = [*bindings("diff")]

    def __init__(self, clock: Callable[[], float], keys: Sequence[Key] = KEYS) -> None:
        super().__init__(id="drawer")
        self._keys = (key_in("diff", ".approve_patch", keys), key_in("diff", ".reject_patch", keys))
        self._view = DiffView()
        self._deciding = DecidingKeys(self, clock, self._show)
        self._told = DiffProps()
        self._source: DiffSource | None = None
        self._begun_with: str | None = None
        self._file = 0
        self._cursor = 0
        self._pairs: tuple[Pair, ...] = ()
        self._split = False
        self._dropped: frozenset[int] = frozenset()
        self._again = False
        self._trouble = ""

    def compose(self) -> ComposeResult:
        """Everything is drawn by one widget."""
        yield self._view

    def show(self, props: DiffProps) -> None:
        """The diff that is read stays; what is decided of it is seen at once."""
        self._told = props
        if props.first != self._begun_with:
            self._begun_with = props.first
            self._turn_to(self._find(props.first) or (props.sources[0] if props.sources else None))
            return
        found = self._find(self._source.key) if self._source else None
        if found is None or self._source is None or found.diff != self._source.diff:
            self._turn_to(found or (props.sources[0] if props.sources else None))
            return
        if found.shown != self._source.shown:
            self._dropped = frozenset()
            self._deciding.restart()
        self._source = found
        self._lay_out()

    def on_focus(self) -> None:
        """Keys act only a while after the drawer got them."""
        self._deciding.restart()

    def on_blur(self) -> None:
        """The keys look as dead as they are."""
        self._deciding.leave()

    def on_click(self, event: events.Click) -> None:
        """A click gives the drawer the keys and puts the cursor there."""
        event.stop()
        self.focus()
        place = self._view.pair_at(event.y) if event.widget is self._view else None
        if place is not None:
            self._go_to(place)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self._go_to(self._cursor - 3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self._go_to(self._cursor + 3)

    def action_up(self) -> None:
        """The line above."""
        self._go_to(self._cursor - 1)

    def action_down(self) -> None:
        """The line below."""
        self._go_to(self._cursor + 1)

    def action_page_up(self) -> None:
        """A screen back."""
        self._go_to(self._cursor - max(1, self.size.height - 8))

    def action_page_down(self) -> None:
        """A screen on."""
        self._go_to(self._cursor + max(1, self.size.height - 8))

    def action_next_hunk(self) -> None:
        """The hunk after this one, in the next file when this was its last."""
        self._to_hunk(1)

    def action_previous_hunk(self) -> None:
        """The hunk before this one."""
        self._to_hunk(-1)

    def action_next_file(self) -> None:
        """The next file, from its top."""
        self._to_file(self._file + 1)

    def action_previous_file(self) -> None:
        """The file before."""
        self._to_file(self._file - 1)

    def action_earlier(self) -> None:
        """The diff before this one in the list."""
        self._to_source(-1)

    def action_later(self) -> None:
        """The diff after this one in the list."""
        self._to_source(1)

    def action_split(self) -> None:
        """Old and new side by side, or below one another."""
        row = self._pairs[self._cursor].row if self._pairs else None
        self._split = not self._split
        self._lay_out()
        self._go_to(next((at for at, pair in enumerate(self._pairs) if row in (pair.old, pair.new)), 0))

    def action_whole(self) -> None:
        """All of the file around its hunks, or only they."""
        path = self._path()
        file = self._told.whole_file
        self.post_message(Invoke("whole_file", "" if file is not None and file.path == path else path))

    def action_comment(self) -> None:
        """The file and line under the cursor go to the composer."""
        if self._pairs:
            number = self._pairs[self._cursor].row.number
            self.post_message(Invoke("comment", f"{self._path()}:{max(1, number)}"))

    def action_keep_or_drop(self) -> None:
        """Keep or drop the hunk under the cursor."""
        source = self._source
        hunk = self._pairs[self._cursor].row.hunk if self._pairs else 0
        if source is None or source.status != "waits" or not hunk:
            return
        if self._divisible():
            self._dropped = self._dropped ^ {hunk}
            self._trouble = ""
            self._again = False
            self._deciding.restart()
        else:
            self._trouble = "this patch can only be approved or rejected whole"
        self._show()

    def action_approve_patch(self) -> None:
        """Approve what is kept; a high risk takes two presses."""
        source = self._decidable()
        if source is None:
            return
        kept: tuple[int, ...] | None = None
        if self._dropped:
            kept = tuple(number for number in range(1, source.hunks + 1) if number not in self._dropped)
            if not kept:
                return
        if source.risk == "high" and not self._again:
            self._again = True
            self._show()
            return
        self.post_message(Invoke("approve", deciding(Deciding((source.shown,), kept_hunks=kept))))

    def action_reject_patch(self) -> None:
        """Reject all of it."""
        source = self._decidable()
        if source is not None:
            self.post_message(Invoke("reject", source.shown))

    def idle(self) -> frozenset[str]:
        """What waits can be decided; the rest needs more than one of its kind to go to."""
        source = self._source
        if source is None:
            return frozenset(key.tail for key in KEYS if key.context == "diff" and key.does != "close_drawer")
        waits = source.status == "waits" and not self._told.off
        document = read_document(source.diff)
        acts = (
            ("approve_patch", waits),
            ("reject_patch", waits),
            ("keep_or_drop", waits and self._divisible()),
            ("next_hunk", document.hunks > 1),
            ("next_file", len(document.files) > 1),
            ("later", len(self._told.sources) > 1),
            ("whole", bool(document.files)),
            ("comment", bool(self._pairs) and not self._told.elsewhere),
        )
        return frozenset(key for key, can in acts if not can)

    def _decidable(self) -> DiffSource | None:
        if not self.has_focus or self._told.off:
            return None
        if not self._deciding.accepts():
            return None
        return self._source if self._source is not None and self._source.status == "waits" else None

    def _divisible(self) -> bool:
        """Whether hunks have the numbers here that they have for the host."""
        source = self._source
        if source is None or not source.hunks:
            return False
        document = read_document(source.diff)
        return not document.torn and document.hunks == source.hunks

    def _find(self, key: str) -> DiffSource | None:
        return next(
            (each for each in self._told.sources if key in (each.key, each.approval_id) and key), None
        )

    def _path(self) -> str:
        files = read_document(self._source.diff).files if self._source else ()
        return files[self._file].path if self._file < len(files) else ""

    def _to_source(self, step: int) -> None:
        keys = [each.key for each in self._told.sources]
        if self._source is not None and self._source.key in keys:
            place = max(0, min(keys.index(self._source.key) + step, len(keys) - 1))
            if keys[place] != self._source.key:
                self._turn_to(self._told.sources[place])

    def _turn_to(self, source: DiffSource | None) -> None:
        self._source = source
        self._dropped = frozenset()
        self._trouble = ""
        self._again = False
        self._deciding.restart()
        self._to_file(0)

    def _to_file(self, place: int) -> None:
        files = read_document(self._source.diff).files if self._source else ()
        self._file = max(0, min(place, len(files) - 1)) if files else 0
        self._cursor = 0
        self._lay_out()
        # On its first hunk, so that the keys of a hunk have one from the start.
        self._go_to(next((at for at, pair in enumerate(self._pairs) if pair.row.hunk), 0))

    def _to_hunk(self, step: int) -> None:
        if self._source is None or not self._pairs:
            return
        heads = [at for at, pair in enumerate(self._pairs) if pair.row.kind == "hunk"]
        ahead = [at for at in heads if (at - self._cursor) * step > 0]
        if ahead:
            self._go_to(ahead[0] if step > 0 else ahead[-1])
            return
        files = read_document(self._source.diff).files
        if 0 <= self._file + step < len(files):
            self._to_file(self._file + step)
            heads = [at for at, pair in enumerate(self._pairs) if pair.row.kind == "hunk"]
            self._go_to((heads[0] if step > 0 else heads[-1]) if heads else 0)

    def _go_to(self, place: int) -> None:
        self._cursor = max(0, min(place, len(self._pairs) - 1)) if self._pairs else 0
        self._show()

    def _lay_out(self) -> None:
        """The lines of the file as they are to stand; the cursor stays where it is, if that is still there."""
        rows = ()
        self._trouble = ""
        if self._source is not None:
            document = read_document(self._source.diff)
            rows = document.rows_of(self._file) if document.files else document.rows
            file = self._told.whole_file
            if file is not None and document.files and file.path == document.files[self._file].path:
                around = None if file.trouble else amid_file(rows, shown_text(file.text))
                if around is None:
                    why = file.trouble or "it has changed since"
                    self._trouble = f"the whole file cannot be shown: {why}"
                rows = around or rows
        pairs = side_by_side(rows) if self._split else below_one_another(rows)
        if pairs != self._pairs:
            self._pairs = pairs
        self._go_to(self._cursor)

    def _show(self) -> None:
        source = self._source
        self.teach()
        if source is None:
            return
        document = read_document(source.diff)
        dropped = self._dropped
        if source.kept_hunks is not None:
            dropped = frozenset(range(1, document.hunks + 1)) - set(source.kept_hunks)
        keys = [each.key for each in self._told.sources]
        self._view.show(
            DiffLook(
                source=replace(source, hunks=source.hunks if self._divisible() else 0),
                document=document,
                place=keys.index(source.key) + 1 if source.key in keys else 1,
                count=len(keys),
                file=self._file,
                pairs=self._pairs,
                cursor=min(self._cursor, max(0, len(self._pairs) - 1)),
                split=self._split,
                dropped=dropped,
                armed=self.has_focus and self._deciding.act and not self._told.off,
                again=self._keys[0] if self._again else "",
                keys=self._keys,
                off=self._told.off,
                told=self._trouble,
            )
        )
