"""The help of the keys, generated from the table: every key by context, what it does, what `[keys]` calls it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mogplex_cli.actions import ACTIONS
from mogplex_cli.cockpit.keymap import CONTEXTS, KEYS, Context, Key, label

SAYS = {
    ".interrupt": "interrupt softly; twice within 1.5 s leaves",
    ".submit": "send what is typed",
    ".newline": "another line",
    ".complete": "complete a slash command",
    ".older": "the line sent before, or up a line",
    ".newer": "the line sent after, or down a line",
    ".keep_or_drop": "drop the hunk, or keep it after all",
    ".whole": "the whole file around its hunks, or the hunks alone",
    ".leave": "put away what is said or open",
    ".up": "up",
    ".down": "down",
    ".page_up": "a page up",
    ".page_down": "a page down",
    ".first": "to the first entry",
    ".follow": "to the newest entry, and follow",
    ".open": "open the selected entry",
    ".approve": "approve the selected item; a high risk takes it twice",
    ".reject": "reject the selected item",
    ".expand": "give the details the whole drawer",
    ".choose": "do what is selected",
    ".earlier": "the entry before",
    ".later": "the entry after",
    ".left": "to the left",
    ".right": "to the right",
    ".back": "an event back",
    ".forward": "an event on",
    ".far_back": "fifty events back",
    ".far_forward": "fifty events on",
    ".last": "to the last",
    ".stay": "stay in the line that is typed",
    ".turn": "open the selected entry in place, or close it",
    ".unfold": "open it in place",
    ".fold": "close it",
    ".earlier_match": "to what was found, further up",
    ".later_match": "to what was found, further down",
    ".earlier_mark": "to the prompt, approval or error before",
    ".later_mark": "to the prompt, approval or error after",
    ".copy": "copy what is selected",
    ".copy_file": "write what is selected to a file",
    ".range": "begin or end a selection of several entries",
    ".range_up": "select one entry more, upwards",
    ".range_down": "select one entry more, downwards",
    ".keep": "keep it, and back to the timeline",
    ".drop": "clear it, and back to the timeline",
    "app.focus_next": "to the next part of the screen",
    "app.focus_previous": "to the part of the screen before",
}
"""What a widget's own key does; another is called by its name."""

HEADINGS: dict[Context, str] = {
    "everywhere": "everywhere",
    "outside": "timeline and agents",
    "approval": "approvals and inbox",
    "keys": "this list",
}
"""What a context is called, where that is not its name."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One row of the help."""

    context: str
    keys: str
    """All that do it, as people read them; empty when none does."""
    says: str
    name: str
    """What `[keys]` calls it."""

    @property
    def searched(self) -> str:
        """What is looked in."""
        return f"{self.context} {self.keys} {self.says} {self.name}".lower()


def key_rows(rows: Sequence[Key] = KEYS) -> tuple[KeyRow, ...]:
    """Every key that is bound, context by context."""
    return tuple(
        KeyRow(
            HEADINGS.get(context, context),
            "  ".join(map(label, key.each)),
            _says(key),
            key.name,
        )
        for context in CONTEXTS
        for key in rows
        if key.context == context and key.keys
    )


def found(query: str, rows: Sequence[KeyRow]) -> tuple[KeyRow, ...]:
    """The rows that hold every word of the query, in their order."""
    words = query.lower().split()
    return tuple(row for row in rows if all(word in row.searched for word in words))


def _says(key: Key) -> str:
    action = ACTIONS.get(key.does)
    if action is not None:
        return action.help
    return SAYS.get(key.does) or key.teach or key.tail.replace("_", " ")
