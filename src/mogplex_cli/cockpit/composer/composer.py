"""The command input: the line being typed, and what is to be said about it."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static, TextArea

from mogplex_cli.cockpit.composer.above import Above, AboveProps
from mogplex_cli.cockpit.composer.complete import (
    Candidate,
    SlashHelp,
    argument_candidates,
    command_of,
    file_candidates,
    mention_at,
    slash_candidates,
)
from mogplex_cli.cockpit.composer.editor import Ask, Editor
from mogplex_cli.cockpit.composer.history import History
from mogplex_cli.cockpit.messages import Edited, Invoke, Sought
from mogplex_cli.store.selectors.composer import ComposerProps


class Taken(NamedTuple):
    """Candidates of which one was put into the line: Tab takes the next one."""

    candidates: tuple[Candidate, ...]
    picked: int
    text: str
    """What the line was with it."""


class Composer(Vertical):
    """Knows its own text; all else it is told."""

    def __init__(self, *, id: str | None = None, zone: tzinfo | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone
        self._offered: Callable[[], Sequence[SlashHelp]] = tuple
        self._told = ComposerProps("", "", "info", "", (), "")
        self._history = History()
        self._editor = Editor(self._asked, id="editor")
        self._above = Above(id="above")
        self._was_empty = True
        self._written = ""
        """What the cockpit itself put there last."""
        self._taken: Taken | None = None
        self._sought: str | None = None
        """The name of a file that was asked for last; None while none is being typed."""

    def compose(self) -> ComposeResult:
        """What stands above, then the framed line."""
        yield self._above
        with Horizontal(id="prompt"):
            yield Static("›", id="mark", markup=False)
            yield self._editor

    @property
    def text(self) -> str:
        """What is typed, with all that was pasted."""
        return self._editor.whole_text

    def write(self, text: str) -> None:
        """Replace what is typed; the cursor goes to its end."""
        self._editor.write(text)
        self._written = self._editor.text

    def give_back(self, text: str) -> None:
        """Put a line that was not sent before what was typed since."""
        typed = self.text
        self.write(f"{text}\n{typed}" if typed else text)

    def type(self, character: str) -> None:
        """As if it had been typed here."""
        self._editor.insert(character)

    def focus_editor(self) -> None:
        """Take the keys."""
        self._editor.focus()

    def offer(self, commands: Callable[[], Sequence[SlashHelp]]) -> None:
        """The slash commands there are; nobody asks for them before a line begins with a slash."""
        self._offered = commands
        self._show_above()

    def show(self, props: ComposerProps) -> None:
        """Show other words around the line."""
        self._told = props
        self._history.set_lines(props.history, whole=props.history_read)
        self._browse(self._history.caught_up(self.text))
        self._editor.placeholder = props.placeholder
        self._show_above()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Typing changes what it may become, and makes an error stale."""
        event.stop()
        text = self._editor.text
        self._look()
        empty, by_hand = not text, text != self._written
        if empty != self._was_empty or (by_hand and self._told.error):
            self._was_empty = empty
            self.post_message(Edited(empty=empty, by_hand=by_hand))

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """What the line may become depends on where the cursor is."""
        event.stop()
        self._look()

    def _asked(self, what: Ask) -> None:
        """One of the composer's keys was pressed."""
        match what:
            case "submit":
                self._submit()
            case "complete":
                self._complete()
            case "older":
                self._browse(self._history.older(self.text))
            case "newer":
                self._browse(self._history.newer())
            case "leave":
                self.post_message(Invoke("put_away"))

    def _submit(self) -> None:
        """The line leaves at once, so that what is typed next is a line of its own; refused, it comes back."""
        text = self.text
        if text.strip():
            self.write("")
            self.post_message(Invoke("submit", text))

    def _browse(self, text: str | None) -> None:
        if text is not None:
            self.write(text)

    def _look(self) -> None:
        """The text or the cursor is another one: see what it may become, and ask for files when one is named."""
        if self._taken is not None and self._taken.text != self._editor.text:
            self._taken = None
        mention = mention_at(self._editor.before_cursor) if self._taken is None else None
        query = mention.query if mention else None
        if query != self._sought:
            self._sought = query
            if query is not None:
                self.post_message(Sought(query))
        self._show_above()

    def _complete(self) -> None:
        """Take the first candidate; pressed again, the one after it."""
        taken = self._taken
        if taken is None:
            candidates, picked = self._candidates(), 0
        else:
            candidates, picked = taken.candidates, (taken.picked + 1) % len(taken.candidates)
        if not candidates:
            if not self._editor.text:
                self.screen.focus_next()
            return
        self._editor.complete(candidates[picked].text, candidates[picked].start)
        self._written = self._editor.text
        self._taken = Taken(candidates, picked, self._written)
        self._show_above()

    @property
    def _commands(self) -> Sequence[SlashHelp]:
        return self._offered() if self._editor.text.startswith("/") else ()

    def _candidates(self) -> tuple[Candidate, ...]:
        before = self._editor.before_cursor
        mention = mention_at(before)
        if mention is not None:
            return file_candidates(mention, self._told.files_for(mention.query))
        if self._editor.cursor_location[0] > 0:
            return ()
        command = command_of(before, self._commands)
        return argument_candidates(before, command) if command else slash_candidates(before, self._commands)

    def _show_above(self) -> None:
        if not self.is_mounted:
            return
        command = command_of(self._editor.document.get_line(0), self._commands)
        taken = self._taken
        self._above.show(
            AboveProps(
                self._told,
                taken.candidates if taken else self._candidates(),
                taken.picked if taken else 0,
                command,
                self._zone,
            )
        )
