"""The command palette: every action, found by some of its letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import Line, Span, line, pad, right, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.cockpit.palette import PaletteRow, ranked


@dataclass(frozen=True, slots=True)
class FoundProps:
    """What was found, and which of it the cursor is on."""

    rows: tuple[PaletteRow, ...]
    picked: int


class Found(Painted[FoundProps]):
    """The list; it scrolls when the cursor would leave it."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._top = 0

    def draw(self, props: FoundProps, width: int, height: int) -> Sequence[Line]:
        """A row an action: category where it changes, title, slash name, help, key."""
        if not props.rows:
            return (line(("   nothing is called that · esc closes", "dim")),)
        self._top = min(max(self._top, props.picked - height + 1), props.picked)
        shown = props.rows[self._top : self._top + height]
        before = ("", *(row.category for row in shown))
        return [
            _row(row, self._top + place == props.picked, width, named=row.category != before[place])
            for place, row in enumerate(shown)
        ]

    def place_at(self, y: int) -> int | None:
        """Which of what was found is drawn in row `y`; None when none is."""
        rows = self.props.rows if self.props else ()
        return self._top + y if self._top + y < len(rows) else None


class PaletteDrawer(Drawer[tuple[PaletteRow, ...]]):
    """Type to find, Enter to run."""

    context = "palette"
    can_focus = False
    BINDINGS = [*bindings("palette")]

    def __init__(self) -> None:
        super().__init__(id="drawer")
        self._input = Input(placeholder="find an action", id="palette-input", compact=True)
        self._found = Found(id="palette-found")
        self._rows: tuple[PaletteRow, ...] = ()
        self._matching = self._rows
        self._picked = 0

    def compose(self) -> ComposeResult:
        """What is typed, and what it finds."""
        yield self._input
        yield self._found

    def on_mount(self) -> None:
        """All of them to begin with."""
        self._show()

    def show(self, props: tuple[PaletteRow, ...]) -> None:
        """The actions there are to find."""
        self._rows = props
        self._find(self._input.value)

    def take_focus(self) -> None:
        """Typing finds."""
        self._input.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other letters find other actions."""
        event.stop()
        self._find(event.value)

    def on_click(self, event: events.Click) -> None:
        """A click selects, a second one runs."""
        event.stop()
        place = self._found.place_at(event.y) if event.widget is self._found else None
        if place is not None and place == self._picked:
            self.action_choose()
        elif place is not None:
            self._move(place - self._picked)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self._move(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self._move(1)

    def action_up(self) -> None:
        """The row above."""
        self._move(-1)

    def action_down(self) -> None:
        """The row below."""
        self._move(1)

    def action_stay(self) -> None:
        """Tab does not lead out of the palette."""

    def action_choose(self) -> None:
        """Run the action the cursor is on."""
        if self._matching:
            self.post_message(Invoke("choose", self._matching[self._picked].name))

    def _find(self, query: str) -> None:
        self._matching = ranked(query, self._rows)
        self._picked = 0
        self._show()

    def _move(self, step: int) -> None:
        self._picked = max(0, min(self._picked + step, len(self._matching) - 1))
        self._show()

    def _show(self) -> None:
        self._found.show(FoundProps(self._matching, self._picked))


def _row(row: PaletteRow, picked: bool, width: int, *, named: bool) -> Line:
    """`named`: whether the category is said; rows below one of the same category do without."""
    if row.category == "problem":
        mark: Span = (" ▸ " if picked else "   ", "accent")
        told: Span = (row.title, "bright" if picked else "warn")
        return spread((mark, ("◆ ", "warn"), told), (), width, "selected" if picked else "plain")
    whole = width >= 90
    # A custom command is called by its slash name already.
    slash = "" if row.title == row.slash.partition(" ")[0] and not whole else row.slash
    left: tuple[Span, ...] = (
        (" ▸ " if picked else "   ", "accent"),
        (pad(row.category if named else "", 9), "dim"),
        (pad(row.title, 23), "bright" if picked else "normal"),
        (pad(slash, 30) if whole else pad(slash.partition(" ")[0], 14), "normal"),
        (row.help, "dim"),
    )
    return spread(left, ((right(row.key, 7) + " ", "normal"),), width, "selected" if picked else "plain")
