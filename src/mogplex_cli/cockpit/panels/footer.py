"""The footer teaches the keys of whatever has the focus."""

from collections.abc import Sequence

from mogplex_cli.cockpit.keymap import KEYS, Context, Key, key_of, taught
from mogplex_cli.cockpit.kit.lines import Line, Span, line, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.store.selectors.footer import FooterProps

DRAWERS: frozenset[Context] = frozenset(
    (
        "approval",
        "runs",
        "entry",
        "permissions",
        "palette",
        "keys",
        "login",
        "export",
        "agent",
        "cost",
        "model",
        "mcp",
        "memory",
        "diff",
        "find",
        "jump",
    )
)


class Footer(Painted[FooterProps]):
    """One row. `teach` says which context's keys it shows."""

    def __init__(self, *, id: str | None = None, keys: Sequence[Key] = KEYS) -> None:
        super().__init__(id=id)
        self._keys = keys
        self._teaching: Context = "composer"

    def teach(self, context: Context) -> None:
        """Show the keys of another context."""
        if context != self._teaching:
            self._teaching = context
            self.redraw()

    def draw(self, props: FooterProps, width: int, height: int) -> Sequence[Line]:
        """The row: the badge of what waits first, then keys as far as they fit."""
        keys = list(taught(self._teaching, self._keys))
        if self._teaching == "composer":
            keys.insert(1, ("/", "commands"))
        elif self._teaching not in DRAWERS and self._teaching != "past":
            keys.append(("esc", "composer"))
        if self._teaching not in DRAWERS:
            keys.append((self._key("runs"), "runs"))
        if self._teaching != "palette":
            keys.append((self._key("help"), "help"))
        if self._teaching not in DRAWERS and self._teaching != "composer":
            keys.append((self._key("keys"), "keys"))
        end: tuple[Span, ...] = ((f"in step @{props.in_step} ", "dim"),) if props.in_step else ()
        left: tuple[Span, ...] = ((" ", "normal"),)
        if props.waiting and self._teaching != "approval":
            left = (*left, *self._badge("approvals", props.waiting))
        if props.elsewhere and self._teaching != "approval":
            left = (*left, *self._badge("inbox", props.elsewhere))
        room = width - line(*end).width - 1
        for key, word in filter(_has_key, keys):
            more: tuple[Span, ...] = ((key, "normal"), (f" {word}   ", "dim"))
            if line(*left, *more).width - 3 > room:
                break
            left = (*left, *more)
        last, token = left[-1]
        return (spread((*left[:-1], (last.rstrip(), token)), end, width),)

    def _key(self, action: str) -> str:
        return key_of(action, self._keys)

    def _badge(self, action: str, waiting: int) -> tuple[Span, ...]:
        return ((self._key(action), "accent_strong"), (f" {action} {waiting}   ", "warn_strong"))


def _has_key(taught: tuple[str, str]) -> bool:
    return bool(taught[0])
