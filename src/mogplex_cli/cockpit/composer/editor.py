"""The line being typed: a text area whose keys send, complete and browse."""

from collections.abc import Callable
from typing import Literal

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from mogplex_cli.cockpit.composer.pasted import Pasted
from mogplex_cli.cockpit.keymap import bindings
from mogplex_contracts.text import visible

Ask = Literal["submit", "complete", "older", "newer", "leave"]
"""What the composer's own keys ask of what is around the editor."""


class Editor(TextArea):
    """Calls what was asked of it; the composer around it knows what to do."""

    BINDINGS = [*bindings("composer")]

    class Asked(Message):
        """One of the composer's keys was pressed. Sent to the editor itself, behind the keys before it."""

        def __init__(self, what: Ask | Literal["newline"]) -> None:
            super().__init__()
            self.what: Ask | Literal["newline"] = what

    def __init__(self, ask: Callable[[Ask], None], *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, highlight_cursor_line=False, tab_behavior="focus")
        self._ask = ask
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

    def _later(self, what: Ask | Literal["newline"]) -> None:
        self.post_message(self.Asked(what))

    def on_editor_asked(self, event: Asked) -> None:
        """Every key before it is typed; those after it must find what it did, so it is done here and now."""
        event.stop()
        match event.what:
            case "newline":
                self.insert("\n")
            case "older" if not self.cursor_at_first_line:
                self.action_cursor_up()
            case "newer" if not self.cursor_at_last_line:
                self.action_cursor_down()
            case "submit" | "complete" | "older" | "newer" | "leave":
                self._ask(event.what)

    async def _on_key(self, event: events.Key) -> None:
        """Backspace and the like are done in their turn; else Textual would do them behind the keys after them."""
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority:
                event.stop()
                event.prevent_default()
                await self.run_action(binding.action)
                return

    async def _on_paste(self, event: events.Paste) -> None:
        """What is pasted must not be able to move the cursor of the terminal either."""
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        event.text = self._pasted.fold(visible(text))
        await super()._on_paste(event)
        event.prevent_default()

    def action_submit(self) -> None:
        """Send."""
        self._later("submit")

    def action_newline(self) -> None:
        """Begin a new line."""
        self._later("newline")

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
        self._later("complete")

    def action_focus_previous(self) -> None:
        """The focus goes back."""
        self.screen.focus_previous()

    def action_leave(self) -> None:
        """Put away what stands above the line."""
        self._later("leave")

    def action_older(self) -> None:
        """Up, or the line sent before."""
        self._later("older")

    def action_newer(self) -> None:
        """Down, or the line sent after."""
        self._later("newer")
