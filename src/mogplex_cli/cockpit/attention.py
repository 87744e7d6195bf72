"""Calls the person back to the terminal: its bell, a notification, and a count in its title.

Something is called for once, when it begins to wait or has ended; what was there when a run was opened, or when
a daemon first told of its runs, is only counted.
"""

from collections.abc import Callable

from mogplex_cli.store.selectors.attention import AttentionProps, ended_words
from mogplex_contracts.text import one_line

BELL = "\x07"
KEEP_TITLE, RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"
"""Put the terminal's title on its stack, and take it back from there."""


class Attention:
    """Knows what was called for before."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """`write` sends characters to the terminal as they are."""
        self._write = write
        self._before: AttentionProps | None = None
        self._title = ""
        write(KEEP_TITLE)

    def show(self, props: AttentionProps) -> None:
        """Call for what is new."""
        before, self._before = self._before, props
        self._entitle(props)
        if before is None or before.source != props.source:
            return
        for message in calls(before, props):
            self._write(BELL + notification(message))

    def end(self) -> None:
        """Give the terminal its title back."""
        self._write(RESTORE_TITLE)

    def _entitle(self, props: AttentionProps) -> None:
        count = f"({len(props.waiting)}) " if props.waiting else ""
        title = f"{count}mogplex · {one_line(props.place, 120)}" if props.place else f"{count}mogplex"
        if title != self._title:
            self._title = title
            self._write(f"\x1b]2;{title}\x1b\\")


def calls(before: AttentionProps, after: AttentionProps) -> tuple[str, ...]:
    """What began to wait or ended between the two. Pure."""
    waiting = (each.words for key, each in after.waiting.items() if key not in before.waiting)
    ended = (ended_words(run) for key, run in after.ended.items() if key not in before.ended)
    return (*waiting, *ended)


def notification(message: str) -> str:
    """A desktop notification, in both ways terminals know."""
    message = one_line(message)
    return f"\x1b]9;mogplex: {message}\x1b\\\x1b]777;notify;mogplex;{message}\x1b\\"
