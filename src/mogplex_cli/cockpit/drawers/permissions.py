"""The permissions in force: mode, rules, where each is from."""

from collections.abc import Sequence

from textual.app import ComposeResult

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, line, wrap
from mogplex_cli.cockpit.kit.pager import Pager


class PermissionsText(Pager[str]):
    """The explanation as it was given."""

    def content(self, props: str, width: int) -> Sequence[Line]:
        """A heading, then the text, broken between words."""
        lines = [line(("PERMISSIONS", "strong")), BLANK]
        lines.extend(line((row, "normal")) for row in wrap(props, width - 4))
        return [Line((("  ", "normal"), *each.spans), each.ground) for each in lines]


class PermissionsDrawer(Drawer[str]):
    """Scrolls."""

    context = "permissions"
    BINDINGS = [*bindings("permissions")]

    def __init__(self) -> None:
        super().__init__(id="drawer")
        self._text = PermissionsText(id="permissions-text")

    def compose(self) -> ComposeResult:
        """The text."""
        yield self._text

    def show(self, props: str) -> None:
        """Show another explanation."""
        self._text.show(props)

    def action_up(self) -> None:
        """Scroll back a line."""
        self._text.scroll_lines(-1)

    def action_down(self) -> None:
        """Scroll on a line."""
        self._text.scroll_lines(1)

    def action_page_up(self) -> None:
        """Scroll back a page."""
        self._text.scroll_pages(-1)

    def action_page_down(self) -> None:
        """Scroll on a page."""
        self._text.scroll_pages(1)
