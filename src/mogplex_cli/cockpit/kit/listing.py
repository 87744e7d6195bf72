"""Things above, everything about the selected one below: what several drawers are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from mogplex_cli.cockpit.kit.lines import Line, line
from mogplex_cli.cockpit.kit.pager import Overflows
from mogplex_cli.cockpit.kit.painted import Painted, Props

Row = tuple[str, Line]
"""A drawn row and the key of the thing it belongs to; an empty key for headings."""
LEAST_TEXT_ROWS = 6


@dataclass(frozen=True, slots=True)
class Picked(Generic[Props]):
    """The value and the cursor in it."""

    told: Props
    key: str
    """Of the thing under the cursor; empty when there is none."""


class Listing(Painted[Picked[Props]], Generic[Props]):
    """The list scrolls with the cursor and takes at most half of the height; the text has its own window."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._owners: list[str] = []
        self._top = 0
        self._last_top = 0
        self.overflows = False
        """Whether the text has more than its window shows at once."""
        self._text_rows = 1
        self._of = ""

    def rows(self, told: Props, key: str, width: int) -> Sequence[Row]:
        """The list."""
        raise NotImplementedError

    def text(self, told: Props, key: str, width: int) -> Sequence[Line]:
        """Everything about the thing under the cursor; nothing leaves the whole height to the list."""
        return ()

    def draw(self, props: Picked[Props], width: int, height: int) -> Sequence[Line]:
        """Both windows."""
        rows = self.rows(props.told, props.key, width)
        text = self.text(props.told, props.key, width)
        if props.key != self._of:
            self._of, self._top = props.key, 0
        room = max(height // 2, height - len(text)) if text else height
        above = window(rows, props.key, room)
        self._owners = [key for key, _ in above]
        return [*(drawn for _, drawn in above), *self._text_window(text, height - len(above))]

    def key_at(self, row: int) -> str:
        """The thing drawn there; empty when there is none."""
        return self._owners[row] if 0 <= row < len(self._owners) else ""

    def scroll_text(self, pages: int) -> None:
        """Move the lower window by whole heights."""
        step = max(1, self._text_rows - 1)
        self._top = max(0, min(self._top + pages * step, self._last_top))
        self.redraw()

    def _text_window(self, text: Sequence[Line], height: int) -> Sequence[Line]:
        self._text_rows = max(1, height - 1)
        if self.overflows != (len(text) > height):
            self.overflows = not self.overflows
            self.post_message(Overflows())
        if len(text) <= height:
            self._top = self._last_top = 0
            return text
        self._last_top = len(text) - self._text_rows
        self._top = min(self._top, self._last_top)
        below = len(text) - self._top - self._text_rows
        rest = (
            f"{below} more line{'s' if below != 1 else ''} ▼ space" if below else f"end · {len(text)} lines"
        )
        shown = text[self._top : self._top + self._text_rows]
        return (*shown, line((f"   {rest}", "accent" if below else "dim")))


def window(rows: Sequence[Row], key: str, height: int) -> Sequence[Row]:
    """The rows that fit, among them those of `key`. Pure."""
    marked = [place for place, (owner, _) in enumerate(rows) if owner and owner == key]
    last = marked[-1] if marked else 0
    top = 0 if last < height - 1 else max(0, min(last - height // 2, len(rows) - height))
    return rows[top : top + height]
