"""The line being typed: a text area whose keys send, complete and browse."""

from textual import events
from textual.message import Message
from textual.widgets import TextArea

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

    async def _on_paste(self, event: events.Paste) -> None:
        """What is pasted must not be able to move the cursor of the terminal either."""
        event.text = visible(event.text.replace("\r", "\n"))
        await super()._on_paste(event)
        event.prevent_default()

    def action_submit(self) -> None:
        """Send."""
        self.post_message(self.Asked("submit"))

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

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
