"""The approval queue and the inbox: what waits, what exactly is asked and why, and the two keys that decide.

A key decides only when the drawer has the focus, and only 350 ms after it got it or the item under the
cursor changed; a high risk takes a second press. A rejection may say why: its words are told to the agent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.timer import Timer
from textual.widgets import Input

from mogplex_cli.cockpit.drawers.approval_text import (
    asked_lines,
    empty_lines,
    heading_line,
    off_lines,
    queue_lines,
)
from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import KEYS, Key, bindings, key_in
from mogplex_cli.cockpit.kit.dead_time import DEAD_SECONDS, DeadTime
from mogplex_cli.cockpit.kit.lines import Line
from mogplex_cli.cockpit.kit.pager import Pager
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.approvals import ApprovalItem, ApprovalProps
from mogplex_cli.store.selectors.waiting import with_note


@dataclass(frozen=True, slots=True)
class QueueProps:
    """The queue and the cursor in it."""

    told: ApprovalProps
    selected: str
    armed: bool
    """Whether a key would decide now."""
    expanded: bool
    keys: tuple[str, str]
    """Those that approve and reject."""


class Queue(Painted[QueueProps]):
    """Heading and the items; a click selects one."""

    grows = True

    def draw(self, props: QueueProps, width: int, height: int) -> Sequence[Line]:
        """Heading, why nothing can be decided when that is so, then a row an item."""
        told = props.told
        items = [item for item in told.items if not props.expanded or item.approval_id == props.selected]
        return [
            heading_line(told, props.armed, width, props.keys),
            *queue_lines(items, props.selected, width),
            *off_lines(told, width),
            *empty_lines(told, width),
        ]


@dataclass(frozen=True, slots=True)
class AskedProps:
    """The selected item."""

    item: ApprovalItem | None
    """None when nothing waits."""
    again: str
    """The key that is to be pressed a second time; empty when none is."""


class Asked(Pager[AskedProps]):
    """The selected item in full."""

    def content(self, props: AskedProps, width: int) -> Sequence[Line]:
        """Sentence, reason, and the exact command, diff or text."""
        return asked_lines(props.item, width, again=props.again) if props.item else ()


class Note(Input):
    """Where a person says why; it has the keys until it is sent or left."""

    BINDINGS = [Binding("escape", "leave", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(placeholder="say why: enter rejects, esc goes back", id="note", compact=True)
        self.display = False

    def action_leave(self) -> None:
        """Back to the keys, with nothing decided."""
        self.value = ""
        self.display = False
        if self.has_focus and self.parent is not None:
            self.screen.query_one("#drawer").focus()


class ApprovalDrawer(Drawer[ApprovalProps]):
    """The queue above, the selected item below."""

    context = "approval"
    BINDINGS = [*bindings("approval")]

    def __init__(self, clock: Callable[[], float], keys: Sequence[Key] = KEYS) -> None:
        super().__init__(id="drawer")
        self._keys = (key_in("approval", ".approve", keys), key_in("approval", ".reject", keys))
        self._queue = Queue(id="queue")
        self._note = Note()
        self._asked = Asked(id="asked")
        self._dead_time = DeadTime(clock)
        self._lit: Timer | None = None
        self._told = ApprovalProps()
        self._chosen = ""
        self._begun_with = ""
        self._again = ""
        """The high-risk approval that was pressed once."""
        self._expanded = False

    def compose(self) -> ComposeResult:
        """Queue, the words of a rejection, and details."""
        yield self._queue
        yield self._note
        yield self._asked

    def show(self, props: ApprovalProps) -> None:
        """The cursor stays on its item; when that is gone it goes to the next one that waits."""
        before = [item.approval_id for item in self._told.items]
        self._told = props
        now = self._find(self._chosen)
        if props.first != self._begun_with:
            self._begun_with = props.first
            now = self._find(props.first) or now
        if now is None or now.deciding is not None:
            place = before.index(self._chosen) if self._chosen in before else 0
            now = self._next_waiting(place) or now or (self._told.items[0] if self._told.items else None)
        self._choose(now.approval_id if now else "")

    def on_focus(self) -> None:
        """Keys act only a while after the drawer got them."""
        self._restart()

    def on_click(self, event: events.Click) -> None:
        """A click gives the drawer the keys; on an item it selects it."""
        event.stop()
        self.focus()
        place = event.y - self._queue.region.y + self.region.y - 1 if event.widget is self else -1
        if event.widget is self._queue:
            place = event.y - 1
        if 0 <= place < len(self._told.items) and not self._expanded:
            self._choose(self._told.items[place].approval_id)

    def action_approve(self) -> None:
        """Approve the selected item; a high risk takes two presses."""
        item = self._decidable()
        if item is None:
            return
        if item.risk == "high" and self._again != item.approval_id:
            self._again = item.approval_id
            self._show()
            return
        self.post_message(Invoke("approve", item.shown))

    def action_reject(self) -> None:
        """Reject the selected item."""
        item = self._decidable()
        if item is not None:
            self.post_message(Invoke("reject", item.shown))

    def action_note(self) -> None:
        """Reject the selected item with words for its agent: they are asked for first."""
        if self._decidable() is not None:
            self._note.display = True
            self._note.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The words are said: reject, unless it was decided meanwhile."""
        event.stop()
        item, said = self._find(self._chosen), event.value.strip()
        self._note.action_leave()
        if item is not None and item.deciding is None and not self._told.off:
            self.post_message(Invoke("reject", with_note(item.shown, said)))

    def action_up(self) -> None:
        """Select the item above, or scroll its details."""
        self._step(-1)

    def action_down(self) -> None:
        """Select the item below, or scroll its details."""
        self._step(1)

    def action_page_up(self) -> None:
        """Scroll the details back."""
        self._asked.scroll_pages(-1)

    def action_page_down(self) -> None:
        """Scroll the details on."""
        self._asked.scroll_pages(1)

    def action_expand(self) -> None:
        """Give the details the whole drawer and the arrow keys, or take them back."""
        self._expanded = not self._expanded
        self._show()

    def _decidable(self) -> ApprovalItem | None:
        """The selected item when a key may decide it now."""
        if not self.has_focus or self._told.off:
            return None
        if not self._dead_time.accepts():
            self._relight()
            return None
        item = self._find(self._chosen)
        return item if item is not None and item.deciding is None else None

    def _step(self, step: int) -> None:
        if self._expanded:
            self._asked.scroll_lines(step)
            return
        places = [item.approval_id for item in self._told.items]
        if self._chosen in places:
            self._choose(places[max(0, min(places.index(self._chosen) + step, len(places) - 1))])

    def _choose(self, approval_id: str) -> None:
        if approval_id != self._chosen:
            self._chosen = approval_id
            self._again = ""
            # Words for one item never become those of another.
            self._note.action_leave()
            self._asked.to_start()
            self._restart()
        self._show()

    def _find(self, approval_id: str) -> ApprovalItem | None:
        return next((item for item in self._told.items if item.approval_id == approval_id), None)

    def _next_waiting(self, place: int) -> ApprovalItem | None:
        """The first undecided item from `place` on, else from the start."""
        around = (*self._told.items[place:], *self._told.items[:place])
        return next((item for item in around if item.deciding is None), None)

    def _restart(self) -> None:
        self._dead_time.restart()
        self._relight()

    def _relight(self) -> None:
        """Dim the keys, and light them again when they act."""
        if self._lit is not None:
            self._lit.stop()
        self._lit = self.set_timer(DEAD_SECONDS, self._show) if self.is_attached else None
        self._show()

    def _show(self) -> None:
        again = self._keys[0] if self._again == self._chosen != "" else ""
        armed = self.has_focus and self._dead_time.over and not self._told.off
        self._queue.show(QueueProps(self._told, self._chosen, armed, self._expanded, self._keys))
        self._asked.show(AskedProps(self._find(self._chosen), again))
