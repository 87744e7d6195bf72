"""The line in which one types what to find in the timeline, or what to filter it by; it is there only meanwhile."""

from typing import Literal

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.timeline_filter import HOW, NoFilter, parse_filter
from mogplex_cli.store.timeline_view import TimelineView

Purpose = Literal["find", "filter"]
PURPOSES: dict[Purpose, tuple[str, str, str]] = {
    "find": (" find ", "search_timeline", "text to look for"),
    "filter": (" only ", "filter_timeline", HOW),
}
"""The mark before it, the action that takes what is typed, and what to write."""


class FindLine(Horizontal):
    """What is typed takes effect at once."""

    BINDINGS = [*bindings("find")]

    class Left(Message):
        """A key that leads out of the line. Sent to the input, behind the letters before it."""

        def __init__(self, *, kept: bool) -> None:
            super().__init__()
            self.kept = kept

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._purpose: Purpose = "find"
        self._view = TimelineView()
        self._mark = Static("", id="find-mark", markup=False)
        self._input = Input(id="find-input", compact=True, select_on_focus=False)
        self._hint = Static("", id="find-hint", markup=False)

    def compose(self) -> ComposeResult:
        """The mark, what is typed, and what it lacks."""
        yield self._mark
        yield self._input
        yield self._hint

    def show(self, view: TimelineView) -> None:
        """How the timeline is looked at now."""
        self._view = view

    def begin(self, purpose: Purpose) -> None:
        """Take the keys. A search begins anew; a filter goes on from the one there is."""
        mark, _, placeholder = PURPOSES[purpose]
        self._purpose = purpose
        self._mark.update(mark)
        text = self._view.filter.text if purpose == "filter" else ""
        with self._input.prevent(Input.Changed):
            self._input.value = f"{text} " if text else ""
        self._input.cursor_position = len(self._input.value)
        self._input.placeholder = placeholder
        self._hint.update("")
        self.set_class(True, "-typing")
        self._input.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other letters find something else."""
        event.stop()
        # Letters may have followed since, and been kept: only what stands there now is meant.
        typed = self._input.value
        self._hint.update(_lack(typed) if self._purpose == "filter" else "")
        self._take(typed)

    def on_descendant_blur(self) -> None:
        """It goes with the keys."""
        self.set_class(False, "-typing")

    def action_keep(self) -> None:
        """Back to the timeline with what was typed."""
        self._input.post_message(self.Left(kept=True))

    def action_drop(self) -> None:
        """Back to the timeline, with everything in it."""
        self._input.post_message(self.Left(kept=False))

    def on_find_line_left(self, event: Left) -> None:
        """Every letter before the key is typed."""
        event.stop()
        if event.kept:
            self._keep()
        else:
            self._drop()

    def _keep(self) -> None:
        """What cannot be a filter stays to be mended."""
        if self._purpose == "filter" and _lack(self._input.value):
            return
        typed = self._input.value.strip()
        if self._purpose == "find":
            self.post_message(Invoke("keep_search", typed))
            return
        if not typed:
            self._take("")
        self.post_message(Invoke("focus_timeline"))

    def _drop(self) -> None:
        with self._input.prevent(Input.Changed):
            self._input.value = ""
        self._take("")
        self.post_message(Invoke("focus_timeline"))

    def action_stay(self) -> None:
        """Tab does not lead out of what is typed."""

    def _take(self, text: str) -> None:
        _, action, _ = PURPOSES[self._purpose]
        self.post_message(Invoke(action, text))


def _lack(text: str) -> str:
    """Why that is no filter; empty when it is one."""
    try:
        parse_filter(text)
    except NoFilter as reason:
        return str(reason)
    return ""
