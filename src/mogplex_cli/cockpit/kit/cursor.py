"""The cursor of whatever text is typed into."""

from textual.widget import Widget
from textual.widgets import Input, TextArea


def hold_cursor(widget: Widget) -> None:
    """Let it blink no more: it stands where the next character goes."""
    if isinstance(widget, Input | TextArea):
        widget.cursor_blink = False
