"""The line being typed: a text area whose keys send, complete and browse."""

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from mogplex_cli.cockpit.composer.pasted import Pasted
from mogplex_cli.cockpit.keymap import bindings
from mogplex_contracts.text import visible


class Editor(TextArea):
    """Raises what was asked of it as a message; the composer around it knows what to do."""

    BINDINGS = [*bindings("composer")]

    class Asked(Message):
        """The person pressed one of the composer's keys."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, highlight_cursor_line=False, tab_behavior="focus")
        self._pasted = Pasted()

    @property
    def whole_text(self) -> str:
        """What is typed, with all that was pasted."""
        return self._pasted.unfold(self.text)

    @property
    def before_cursor(self) -> str:
        """The cursor's line up to the cursor."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    def write(self, text: str) -> None:
        """Replace everything; a long text becomes a mark. The cursor goes to the end."""
        self.text = self._pasted.fold(text)
        self._pasted.forget_all_but(self.text)
        self.move_cursor(self.document.end)

    def complete(self, text: str, start: int) -> None:
        """Put `text` in place of what stands between column `start` and the cursor."""
        row, column = self.cursor_location
        self.replace(text, (row, start), (row, column))
        self.move_cursor((row, start + len(text)))

    async def _on_paste(self, event: events.Paste) -> None:
        """What is pasted must not be able to move the cursor of the terminal either."""
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        event.text = self._pasted.fold(visible(text))
        await super()._on_paste(event)
        event.prevent_default()

    def action_submit(self) -> None:
        """Send."""
        self.post_message(self.Asked("submit"))

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    def action_delete_left(self) -> None:
        """Delete a character; of a mark all of it."""
        mark = self._pasted.mark_before(self.before_cursor) if self.selection.is_empty else ""
        if not mark:
            super().action_delete_left()
            return
        row, column = self.cursor_location
        self.delete((row, column - len(mark)), (row, column))

    def action_complete(self) -> None:
        """Complete a slash command; else the focus goes on."""
        self.post_message(self.Asked("complete"))

    def action_focus_previous(self) -> None:
        """The focus goes back."""
        self.screen.focus_previous()

    def action_leave(self) -> None:
        """Put away what stands above the line."""
        self.post_message(self.Asked("leave"))

    def action_older(self) -> None:
        """Up, or the line sent before."""
        if self.cursor_at_first_line:
            self.post_message(self.Asked("older"))
        else:
            self.action_cursor_up()

    def action_newer(self) -> None:
        """Down, or the line sent after."""
        if self.cursor_at_last_line:
            self.post_message(self.Asked("newer"))
        else:
            self.action_cursor_down()
