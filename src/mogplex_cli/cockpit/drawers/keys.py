"""Every key, by context, with what it does and what `[keys]` calls it; typing narrows the list."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Input

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.key_rows import KeyRow, found
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line, spread
from mogplex_cli.cockpit.kit.pager import Pager

KEY_CELLS = 16
"""Room for the keys; where they need more they take it, so that none is cut."""
NAME_FROM = 84
"""From this width on there is room for what `[keys]` calls each."""


class KeyList(Pager[tuple[KeyRow, ...]]):
    """A heading a context, a row a key."""

    def content(self, props: tuple[KeyRow, ...], width: int) -> Sequence[Line]:
        """All rows."""
        if not props:
            return (line(("   no key is like that · esc closes", "dim")),)
        lines: list[Line] = []
        before = ""
        for row in props:
            if row.context != before:
                lines.extend((*([BLANK] if before else []), line((f"   {row.context.upper()}", "dim"))))
                before = row.context
            lines.append(_row(row, width))
        return lines


class KeysDrawer(Drawer[tuple[KeyRow, ...]]):
    """Type to find; the arrows scroll."""

    context = "keys"
    can_focus = False
    BINDINGS = [*bindings("keys")]

    def __init__(self) -> None:
        super().__init__(id="drawer")
        self._input = Input(placeholder="find a key, or what one does", id="keys-input", compact=True)
        self._list = KeyList(id="keys-list")
        self._rows: tuple[KeyRow, ...] = ()

    def compose(self) -> ComposeResult:
        """What is typed, and what it finds."""
        yield self._input
        yield self._list

    def show(self, props: tuple[KeyRow, ...]) -> None:
        """The keys there are."""
        self._rows = props
        self._list.show(found(self._input.value, self._rows))

    def take_focus(self) -> None:
        """Typing finds."""
        self._input.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other words find other keys."""
        event.stop()
        self._list.show(found(event.value, self._rows))
        self._list.to_start()

    def action_up(self) -> None:
        """Scroll back a line."""
        self._list.scroll_lines(-1)

    def action_down(self) -> None:
        """Scroll on a line."""
        self._list.scroll_lines(1)

    def action_page_up(self) -> None:
        """Scroll back a page."""
        self._list.scroll_pages(-1)

    def action_page_down(self) -> None:
        """Scroll on a page."""
        self._list.scroll_pages(1)

    def action_stay(self) -> None:
        """Tab does not lead out of the drawer."""


def _row(row: KeyRow, width: int) -> Line:
    name: tuple[Span, ...] = ((row.name + " ", "dim"),) if width >= NAME_FROM else ()
    return spread(
        (("   ", "normal"), (row.keys.ljust(KEY_CELLS) + "  ", "bright"), (row.says, "normal")), name, width
    )
