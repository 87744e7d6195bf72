"""The approval queue and the inbox: what waits, what exactly is asked and why, and the two keys that decide.

A key decides only when the drawer has the focus, and only 350 ms after it got it or the item under the
cursor changed; a high risk takes a second press. A rejection may say why: its words are told to the agent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from mogplex_cli.cockpit.drawers.approval_choice import (
    SCOPES,
    RuleChoice,
    batch_lines,
    batch_of,
    rule_lines,
)
from mogplex_cli.cockpit.drawers.approval_note import Note
from mogplex_cli.cockpit.drawers.approval_text import (
    asked_lines,
    empty_lines,
    heading_line,
    off_lines,
    queue_lines,
)
from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import KEYS, Key, bindings, key_in
from mogplex_cli.cockpit.kit.dead_time import DeadTime, DecidingKeys
from mogplex_cli.cockpit.kit.lines import Line
from mogplex_cli.cockpit.kit.pager import Pager
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke, Typed
from mogplex_cli.store.selectors.approvals import ApprovalItem, ApprovalProps
from mogplex_cli.store.selectors.waiting import Deciding, deciding

DECIDES = frozenset(("approve", "reject", "note", "remember", "batch"))
"""The keys that decide, or begin to."""
NEEDS_ITEM = DECIDES | {"diff", "jump", "up", "expand", "page_down"}
"""The keys that are about the selected item."""


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
    keys: tuple[str, str]
    choice: RuleChoice | None = None
    """The rules to choose from, while one is being chosen."""
    batch: tuple[ApprovalItem, ...] = ()
    """What is to be decided together; empty for the one item."""
    read: bool = True
    """Whether the end of the batch was on the screen."""


class Asked(Pager[AskedProps]):
    """The selected item in full."""

    def content(self, props: AskedProps, width: int) -> Sequence[Line]:
        """Sentence, reason, and the exact command, diff or text; or a batch of them."""
        if props.batch:
            return batch_lines(props.batch, width, props.keys, read=props.read)
        if props.item is None:
            return ()
        if props.choice:
            return rule_lines(props.choice, width, props.keys[0], again=props.again)
        return asked_lines(props.item, width, again=props.again)


class ApprovalDrawer(Drawer[ApprovalProps]):
    """The queue above, the selected item below."""

    context = "approval"
    BINDINGS = [*bindings("approval")]

    def __init__(
        self,
        clock: Callable[[], float],
        pressed: Callable[[events.Event], float],
        keys: Sequence[Key] = KEYS,
    ) -> None:
        super().__init__(id="drawer")
        self._pressed = pressed
        self._keys = (key_in("approval", ".approve", keys), key_in("approval", ".reject", keys))
        self._queue = Queue(id="queue")
        self._note = Note()
        self._asked = Asked(id="asked")
        self._deciding = DecidingKeys(self, clock, self._show)
        self._told = ApprovalProps()
        self._chosen = ""
        self._begun_with = ""
        self._again = ""
        """The high-risk approval that was pressed once."""
        self._expanded = False
        self._choice: RuleChoice | None = None
        self._batch: tuple[ApprovalItem, ...] = ()
        """What is decided together: as it was shown when it was gathered, never more."""
        self._surfacing = DeadTime(clock)

    def compose(self) -> ComposeResult:
        """Queue, the words of a rejection, and details."""
        yield self._queue
        yield self._note
        yield self._asked

    def show(self, props: ApprovalProps) -> None:
        """The cursor stays on its item; when that is gone it goes to the next one that waits."""
        before = [item.approval_id for item in self._told.items]
        self._told = props
        self._hold_batch()
        self._hold_choice()
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
        self._surfacing.restart()
        self._deciding.restart()

    def on_blur(self) -> None:
        """Who comes back does so on purpose; until then the keys look as dead as they are."""
        self.in_the_way = False
        self._deciding.leave()

    async def _on_key(self, event: events.Key) -> None:
        """Text goes to the line: what is typed while the drawer surfaces over it, and what means nothing here.

        A sentence that is begun while something waits must not come to the letter that approves.
        """
        if not (self.has_focus and event.is_printable and event.character):
            return
        if event.key not in self.screen.active_bindings:
            # And so does what comes with it, before the line has the keys.
            self.in_the_way = True
            self._surfacing.restart()
        if self.in_the_way and not self._surfacing.was_over(self._pressed(event)):
            event.stop()
            event.prevent_default()
            self.post_message(Typed(event.character))

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
        if self._batch:
            self._decide_batch("approve")
            return
        if self._choice is not None and not self._asked.read_to_end:
            return  # Part of the rule was never on the screen.
        if item.risk == "high" and self._again != item.approval_id:
            self._again = item.approval_id
            self._show()
            return
        rule = self._choice.rule.patterns if self._choice else ()
        where = self._choice.where if self._choice else "run"
        self.post_message(Invoke("approve", deciding(Deciding((item.shown,), patterns=rule, where=where))))

    def action_reject(self) -> None:
        """Reject the selected item."""
        item = self._decidable()
        if item is not None and self._batch:
            self._decide_batch("reject")
        elif item is not None:
            self.post_message(Invoke("reject", item.shown))

    def action_note(self) -> None:
        """Reject the selected item with words for its agent: they are asked for first."""
        if self._decidable() is not None and not self._batch and self._choice is None:
            self._note.begin()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The words are said: reject, unless it was decided meanwhile."""
        event.stop()
        item, said = self._find(self._chosen), event.value.strip()
        self._note.action_leave()
        if item is not None and item.deciding is None and not self._told.off:
            self.post_message(Invoke("reject", deciding(Deciding((item.shown,), note=said))))

    def action_remember(self) -> None:
        """Offer the rules that would answer the selected item, or take the offer back."""
        item = self._find(self._chosen)
        if self._choice is not None:
            self.post_message(Invoke("forget_remembering"))
        elif item is not None and item.deciding is None and not self._batch:
            self.post_message(Invoke("remember", item.shown))

    def action_batch(self) -> None:
        """Gather what may be decided together with the selected item, all of it in full; or go back to it alone."""
        item = self._find(self._chosen)
        gathered = batch_of(self._told.items, item) if item is not None and not self._batch else ()
        if self._choice is not None or (not self._batch and len(gathered) < 2):
            return
        self._batch = gathered
        self._again = ""
        self._deciding.restart()
        # Only what is shown now can be read to its end.
        self._asked.to_start()
        self._show()

    def action_diff(self) -> None:
        """Read the patch hunk by hunk."""
        item = self._find(self._chosen)
        if item is not None and item.action == "apply_patch":
            self.post_message(Invoke("show_patch", item.shown))

    def action_jump(self) -> None:
        """Go to where it was asked."""
        item = self._find(self._chosen)
        if item is not None:
            self.post_message(Invoke("show_request", item.shown))

    def idle(self) -> frozenset[str]:
        """Where nothing waits nothing is decided; only a patch has a diff, and only what is alike makes a batch."""
        item = self._find(self._chosen)
        if item is None:
            return NEEDS_ITEM
        off = DECIDES if self._told.off else frozenset[str]()
        alone = not self._batch and len(batch_of(self._told.items, item)) < 2
        scrolls = self._expanded or bool(self._batch)
        idle = (
            ("batch", alone),
            ("diff", item.action != "apply_patch"),
            ("page_down", not self._asked.overflows),
            ("up", not (self._choice or len(self._told.items) > 1 or (scrolls and self._asked.overflows))),
        )
        return off | {key for key, nothing in idle if nothing}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Left and right mean something only while a rule is chosen."""
        return action not in ("left", "right") or self._choice is not None

    def action_left(self) -> None:
        """The rule holds in less."""
        self._reach(-1)

    def action_right(self) -> None:
        """The rule holds in more."""
        self._reach(1)

    def action_close(self) -> None:
        """Put away the rules, the batch, or the drawer."""
        if self._choice is not None:
            self.post_message(Invoke("forget_remembering"))
        elif self._batch:
            self.action_batch()
        else:
            self.post_message(Invoke("close_drawer"))

    def action_up(self) -> None:
        """Select the item above, or scroll its details."""
        self._step(-1)

    def action_down(self) -> None:
        """Select the item below, or scroll its details."""
        self._step(1)

    def action_page_up(self) -> None:
        """Scroll the details back."""
        self._asked.scroll_pages(-1)
        self._show()

    def action_page_down(self) -> None:
        """Scroll the details on."""
        self._asked.scroll_pages(1)
        self._show()

    def action_expand(self) -> None:
        """Give the details the whole drawer and the arrow keys, or take them back."""
        self._expanded = not self._expanded
        self._show()

    def _decidable(self) -> ApprovalItem | None:
        """The selected item when a key may decide it now."""
        if not self.has_focus or self._told.off:
            return None
        if not self._deciding.accepts():
            return None
        item = self._find(self._chosen)
        return item if item is not None and item.deciding is None else None

    def _decide_batch(self, decision: str) -> None:
        """Decide exactly what was gathered and read to its end."""
        if self._asked.read_to_end:
            argument = deciding(Deciding(tuple(item.shown for item in self._batch)))
            self._batch = ()
            self.post_message(Invoke(decision, argument))

    def _hold_batch(self) -> None:
        """What of the batch waits no more, or was asked anew, leaves it; nothing ever joins it."""
        waiting = {item.shown for item in self._told.items if item.deciding is None}
        left = tuple(item for item in self._batch if item.shown in waiting)
        if left != self._batch:
            self._batch = left if len(left) > 1 else ()
            self._deciding.restart()
            self._asked.to_start()

    def _hold_choice(self) -> None:
        """The choice of a rule stays while the offer does."""
        offered = self._told.remembering
        if offered is None or offered.approval_id != self._chosen:
            if self._choice is not None:
                self._choice = None
                self._deciding.restart()
        elif self._choice is None or self._choice.rules != offered.rules:
            self._choice = RuleChoice(offered.rules)
            self._deciding.restart()
            self._asked.to_start()

    def _choose_rule(self, choice: RuleChoice) -> None:
        """What a key would do is another thing now: it waits anew."""
        if choice != self._choice:
            self._choice = choice
            self._again = ""
            self._deciding.restart()
            self._asked.to_start()

    def _reach(self, step: int) -> None:
        if self._choice is not None:
            place = max(0, min(SCOPES.index(self._choice.where) + step, len(SCOPES) - 1))
            self._choose_rule(replace(self._choice, where=SCOPES[place]))

    def _step(self, step: int) -> None:
        if self._choice is not None:
            place = max(0, min(self._choice.chosen + step, len(self._choice.rules) - 1))
            self._choose_rule(replace(self._choice, chosen=place))
            return
        if self._batch:
            self._asked.scroll_lines(step)
            self._show()
            return
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
            self._choice = None
            # Words for one item never become those of another.
            self._note.action_leave()
            self._asked.to_start()
            self._deciding.restart()
        self._show()

    def _find(self, approval_id: str) -> ApprovalItem | None:
        return next((item for item in self._told.items if item.approval_id == approval_id), None)

    def _next_waiting(self, place: int) -> ApprovalItem | None:
        """The first undecided item from `place` on, else from the start."""
        around = (*self._told.items[place:], *self._told.items[:place])
        return next((item for item in around if item.deciding is None), None)

    def _show(self) -> None:
        again = self._keys[0] if self._again == self._chosen != "" else ""
        armed = self.has_focus and self._deciding.act and not self._told.off
        alone = self._expanded or self._choice is not None or bool(self._batch)
        self._queue.show(QueueProps(self._told, self._chosen, armed, alone, self._keys))
        self._asked.show(
            AskedProps(
                self._find(self._chosen),
                again,
                self._keys,
                self._choice,
                self._batch,
                self._asked.read_to_end,
            )
        )
        self.teach()
