"""A widget that draws itself as lines, and repaints only those that changed."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from mogplex_cli.cockpit.kit.lines import BLANK, Line
from mogplex_cli.cockpit.kit.looks import Looks, variables_of
from mogplex_contracts.text import visible

Props = TypeVar("Props")

UNBOUNDED = 1000
"""The height a widget that grows with its content is drawn at."""


def harmless(text: str) -> str:
    """The text as a terminal may have it: the last gate, whatever a panel forgot to make safe.

    What a terminal would obey, hide or refuse becomes a visible mark, each on this line.
    """
    if text.isascii() and text.isprintable():
        return text
    marked = visible(text).replace("\n", "␊").replace("\t", " ")
    return marked.encode("utf-8", "replace").decode()


class Painted(Widget, Generic[Props]):
    """Shows one value. Subclasses say in `draw` what lines it is; `grows` makes the height follow them."""

    grows = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.props: Props | None = None
        self._drawn: Sequence[Line] = ()
        self._drawn_size = Size(-1, -1)
        self._looks: Looks | None = None

    def draw(self, props: Props, width: int, height: int) -> Sequence[Line]:
        """The lines that show `props` in this many cells."""
        raise NotImplementedError

    def show(self, props: Props) -> None:
        """Show another value from now on."""
        self.props = props
        self.redraw()

    def redraw(self) -> None:
        """Draw again what is shown, and repaint the lines that came out differently."""
        if not self.is_attached:
            return
        size = self.size
        if size != self._drawn_size or size.width == 0:
            # What was drawn is of another value: it must not pass for this one if the size comes back.
            self._drawn_size = Size(-1, -1)
            if self.grows:
                self.refresh(layout=True)
            return
        before = self._drawn
        after = self._draw(size.width, UNBOUNDED if self.grows else size.height)
        self._drawn = after
        if self.grows and len(after) != len(before):
            self.refresh(layout=True)
            return
        changed = [
            y
            for y in range(max(len(before), len(after)))
            if y >= len(before) or y >= len(after) or before[y] != after[y]
        ]
        if len(changed) * 2 > size.height:
            self.refresh()
        elif changed:
            self.refresh(*(Region(0, y, size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """One line of the screen, as Textual asks for it."""
        size = self.size
        if size != self._drawn_size:
            self._drawn_size = size
            self._drawn = self._draw(size.width, UNBOUNDED if self.grows else size.height)
        return self.paint(self._drawn[y] if y < len(self._drawn) else BLANK, size.width)

    def paint(self, drawn: Line, width: int) -> Strip:
        """A drawn line as exactly `width` cells of the terminal."""
        if self._looks is None:
            self._looks = Looks(variables_of(self), self.background_colors[1])
        style = self._looks.style
        segments = [
            Segment(harmless(text), style(token, drawn.ground)) for text, token in drawn.spans if text
        ]
        return Strip(segments).adjust_cell_length(width, style("normal", drawn.ground))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """How high it is, when it grows with its content."""
        return (
            len(self._draw(width, UNBOUNDED))
            if self.grows
            else super().get_content_height(container, viewport, width)
        )

    def notify_style_update(self) -> None:
        """The theme or a class changed: the looks are made again."""
        super().notify_style_update()
        self._looks = None

    def _draw(self, width: int, height: int) -> Sequence[Line]:
        return () if self.props is None else self.draw(self.props, width, height)
