"""The line in which a person says why something is rejected."""

from textual.binding import Binding
from textual.widgets import Input


class Note(Input):
    """It has the keys until it is sent or left."""

    BINDINGS = [Binding("escape", "leave", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(placeholder="say why: enter rejects, esc goes back", id="note", compact=True)
        self.display = False

    def begin(self) -> None:
        """Take the keys."""
        self.display = True
        self.focus()

    def action_leave(self) -> None:
        """Back to the drawer's keys, with nothing decided."""
        self.value = ""
        self.display = False
        if self.has_focus:
            self.screen.query_one("#drawer").focus()
