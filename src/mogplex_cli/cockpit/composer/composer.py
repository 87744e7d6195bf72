"""The command input: the line being typed, and what is to be said about it."""

from collections.abc import Sequence
from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static, TextArea

from mogplex_cli.cockpit.composer.above import Above, AboveProps
from mogplex_cli.cockpit.composer.complete import SlashHelp, candidates, completed
from mogplex_cli.cockpit.composer.editor import Editor
from mogplex_cli.cockpit.composer.history import History
from mogplex_cli.cockpit.messages import Edited, Invoke
from mogplex_cli.store.selectors.composer import ComposerProps


class Composer(Vertical):
    """Knows its own text; all else it is told."""

    def __init__(
        self, commands: Sequence[SlashHelp], *, id: str | None = None, zone: tzinfo | None = None
    ) -> None:
        super().__init__(id=id)
        self._zone = zone
        self._commands = tuple(commands)
        self._told = ComposerProps("", "", "info", "", (), "")
        self._history = History()
        self._editor = Editor(id="editor")
        self._above = Above(id="above")
        self._was_empty = True
        self._written = ""
        """What the cockpit itself put there last."""
        self._completing: tuple[SlashHelp, ...] = ()
        self._picked = 0

    def compose(self) -> ComposeResult:
        """What stands above, then the framed line."""
        yield self._above
        with Horizontal(id="prompt"):
            yield Static("›", id="mark", markup=False)
            yield self._editor

    @property
    def text(self) -> str:
        """What is typed."""
        return self._editor.text

    def write(self, text: str) -> None:
        """Replace what is typed; the cursor goes to its end."""
        self._written = text
        self._editor.text = text
        self._editor.move_cursor(self._editor.document.end)

    def focus_editor(self) -> None:
        """Take the keys."""
        self._editor.focus()

    def show(self, props: ComposerProps) -> None:
        """Show other words around the line."""
        self._told = props
        self._history.set_lines(props.history)
        self._editor.placeholder = props.placeholder
        self._show_above()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Typing changes what it may become, and makes an error stale."""
        event.stop()
        text = self.text
        if not any(completed(command) == text for command in self._completing):
            self._completing, self._picked = (), 0
        self._show_above()
        empty, by_hand = not text, text != self._written
        if empty != self._was_empty or (by_hand and self._told.error):
            self._was_empty = empty
            self.post_message(Edited(empty=empty, by_hand=by_hand))

    def on_editor_asked(self, event: Editor.Asked) -> None:
        """One of the composer's keys was pressed."""
        event.stop()
        match event.what:
            case "submit":
                if self.text.strip():
                    self.post_message(Invoke("submit", self.text))
            case "complete":
                self._complete()
            case "older":
                self._browse(self._history.older(self.text))
            case "newer":
                self._browse(self._history.newer())
            case _:
                self.post_message(Invoke("put_away"))

    def _browse(self, text: str | None) -> None:
        if text is not None:
            self.write(text)

    def _complete(self) -> None:
        """Take the picked candidate; pressed again, the one after it."""
        if not self._completing:
            self._completing, self._picked = candidates(self.text, self._commands), 0
            if not self._completing:
                if not self.text:
                    self.screen.focus_next()
                return
        elif len(self._completing) > 1:
            self._picked = (self._picked + 1) % len(self._completing)
        self.write(completed(self._completing[self._picked]))
        self._show_above()

    def _show_above(self) -> None:
        offered = self._completing or candidates(self.text, self._commands)
        self._above.show(AboveProps(self._told, offered, self._picked, self._zone))
