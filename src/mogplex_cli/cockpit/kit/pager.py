"""Lines to scroll through: details of an approval, an entry, the permissions."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from mogplex_cli.cockpit.kit.lines import Line, line
from mogplex_cli.cockpit.kit.painted import Painted, Props


class Overflows(Message):
    """There is more than the window shows, or no longer: keys that scroll have something to act on, or not."""


class Pager(Painted[Props]):
    """Shows a window of the lines that `content` makes, and says how much is below."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._top = 0
        self._last_top = 0
        self.overflows = False
        """Whether there is more than the window shows at once."""
        self.read_to_end = False
        """Whether the last line was on the screen since the window was last put to the start."""

    def content(self, props: Props, width: int) -> Sequence[Line]:
        """All lines that show `props` in this many columns."""
        raise NotImplementedError

    def draw(self, props: Props, width: int, height: int) -> Sequence[Line]:
        """The window; its last row says what is left when something is."""
        lines = self.content(props, width)
        if self.overflows != (len(lines) > height):
            self.overflows = not self.overflows
            self.post_message(Overflows())
        if len(lines) <= height:
            self._top = self._last_top = 0
            self.read_to_end = True
            return lines
        shown = max(1, height - 1)
        self._last_top = len(lines) - shown
        self._top = min(self._top, self._last_top)
        self.read_to_end = self.read_to_end or self._top == self._last_top
        below = len(lines) - self._top - shown
        rest = f"{below} more line{'s' if below != 1 else ''} ▼" if below else f"end · {len(lines)} lines"
        return (*lines[self._top : self._top + shown], line((f"  {rest}", "accent" if below else "dim")))

    def scroll_lines(self, lines: int) -> None:
        """Move the window down by `lines`, or up by a negative number."""
        top = max(0, min(self._top + lines, self._last_top))
        if top != self._top:
            self._top = top
            self.redraw()

    def scroll_pages(self, pages: int) -> None:
        """Move the window by whole heights."""
        self.scroll_lines(pages * max(1, self.size.height - 2))

    def to_start(self) -> None:
        """Back to the first line."""
        self._top = 0
        self.read_to_end = False
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self.scroll_lines(-3)
