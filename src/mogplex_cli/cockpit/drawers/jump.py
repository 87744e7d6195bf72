"""The prompts, approvals and errors of the run, newest first. Enter goes to the one selected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from textual import events
from textual.app import ComposeResult

from mogplex_cli.cockpit.cells import CELLS, CellContext
from mogplex_cli.cockpit.cells.base import lay_out
from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, line, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.landmarks import LandmarksProps

HEADING_ROWS = 2


@dataclass(frozen=True, slots=True)
class ListProps:
    """The entries, and which of them the cursor is on."""

    landmarks: LandmarksProps
    picked: int


class LandmarkList(Painted[ListProps]):
    """A row an entry, drawn as the timeline draws it; it scrolls with the cursor."""

    def __init__(self, zone: tzinfo | None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone
        self.top = 0
        """The entry of the first row."""

    def draw(self, props: ListProps, width: int, height: int) -> Sequence[Line]:
        """Heading, rows, and what was not looked through."""
        entries, below = props.landmarks.entries, _below(props.landmarks)
        count = f"{len(entries) + props.landmarks.unlisted:,}{'+' if props.landmarks.earlier else ''}"
        lines = [
            spread(
                ((" JUMP", "strong"), ("  prompts, approvals, errors", "dim")), ((f"{count} ", "dim"),), width
            ),
            BLANK,
        ]
        if not entries:
            lines.append(line((" no prompt, approval or error yet", "dim")))
        room = max(1, height - HEADING_ROWS - (1 if below else 0))
        self.top = max(0, min(props.picked - room // 2, len(entries) - room))
        context = CellContext(props.landmarks.names, now=props.landmarks.now, zone=self._zone)
        for place, entry in enumerate(entries[self.top : self.top + room], self.top):
            cell = CELLS[entry.kind](entry, context)
            lines.append(lay_out(cell, entry, context, width, selected=place == props.picked)[0])
        if below:
            lines.append(line((f" {below}", "dim")))
        return lines


def _below(landmarks: LandmarksProps) -> str:
    """What is not in the list, or not yet; empty when all of the run is."""
    if landmarks.looking_at:
        return f"looking through the journal, @{landmarks.looking_at:,} of {landmarks.last_seq:,}"
    if landmarks.earlier:
        return f"{landmarks.earlier:,} earlier entries were not looked through"
    return f"{landmarks.unlisted:,} older ones are not listed" if landmarks.unlisted else ""


class JumpDrawer(Drawer[LandmarksProps]):
    """The cursor stays on its entry when others come."""

    context = "jump"
    BINDINGS = [*bindings("jump")]

    def __init__(self, zone: tzinfo | None) -> None:
        super().__init__(id="drawer")
        self._list = LandmarkList(zone, id="jump-list")
        self._landmarks = LandmarksProps()
        self._selected = -1

    def compose(self) -> ComposeResult:
        """The list."""
        yield self._list

    def show(self, props: LandmarksProps) -> None:
        """Other entries, or the same in another state."""
        self._landmarks = props
        if self._selected < 0 and props.entries:
            self._selected = props.entries[0].index
        self._show()

    def on_click(self, event: events.Click) -> None:
        """A click selects, a double click goes there."""
        event.stop()
        self.focus()
        place = self._list.top + event.y - HEADING_ROWS
        if event.widget is self._list and 0 <= place < len(self._landmarks.entries):
            self._selected = self._landmarks.entries[place].index
            self._show()
            if event.chain == 2:
                self.action_choose()

    def action_up(self) -> None:
        """The newer one."""
        self._move(-1)

    def action_down(self) -> None:
        """The older one."""
        self._move(1)

    def action_page_up(self) -> None:
        """Ten newer."""
        self._move(-10)

    def action_page_down(self) -> None:
        """Ten older."""
        self._move(10)

    def action_choose(self) -> None:
        """Go there."""
        if self._selected >= 0:
            self.post_message(Invoke("show_entry", str(self._selected)))

    def idle(self) -> frozenset[str]:
        """Where nothing is listed there is nowhere to go."""
        return frozenset() if self._selected >= 0 else frozenset(("up", "choose"))

    @property
    def _picked(self) -> int:
        indices = [entry.index for entry in self._landmarks.entries]
        return indices.index(self._selected) if self._selected in indices else 0

    def _move(self, step: int) -> None:
        entries = self._landmarks.entries
        if entries:
            self._selected = entries[max(0, min(self._picked + step, len(entries) - 1))].index
            self._show()

    def _show(self) -> None:
        self._list.show(ListProps(self._landmarks, self._picked))
        self.teach()
