"""The footer teaches the keys of whatever has the focus."""

from collections.abc import Iterator, Sequence
from typing import get_args

from textual import events

from mogplex_cli.cockpit.keymap import KEYS, OUTSIDE, Context, Key, Taught, taught, taught_action
from mogplex_cli.cockpit.kit.lines import Line, Span, Token, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Pressed
from mogplex_cli.store.selectors.footer import FooterProps
from mogplex_cli.store.state import DrawerName

DRAWERS: frozenset[str] = frozenset((*get_args(DrawerName), "find"))
"""Contexts that are left again by closing something."""
GAP, NARROW_GAP = "   ", "  "
"""Between two keys; the narrow one where not all of them fit."""
DECIDING: frozenset[Context] = frozenset(("approval", "diff"))
"""Contexts in which what waits is on the screen already."""
OUT = frozenset(("close_drawer", "close", "live", "drop"))
"""What the key does that leads out of a context."""
QUIET: tuple[Token, Token] = ("normal", "dim")
"""How a key and its word look."""
BEGIN_COMMAND = Taught("slash", "/", "commands")
TO_COMPOSER = Taught("escape", "esc", "composer")


class Footer(Painted[FooterProps]):
    """One row. `teach` says which context's keys it shows; a click on a key presses it."""

    def __init__(self, *, id: str | None = None, keys: Sequence[Key] = KEYS) -> None:
        super().__init__(id=id)
        self._keys = keys
        self._teaching: Context = "composer"
        self._idle: frozenset[str] = frozenset()
        self._places: list[tuple[int, int, Taught]] = []
        """From which column to before which a key is drawn."""

    @property
    def context(self) -> Context:
        """Whose keys are taught."""
        return self._teaching

    @property
    def drawn(self) -> tuple[Taught, ...]:
        """The keys that are on the screen now."""
        return tuple(key for _, _, key in self._places)

    def teach(self, context: Context, idle: frozenset[str] = frozenset()) -> None:
        """Show the keys of another context, without those that have nothing to act on, by what they do."""
        if (context, idle) != (self._teaching, self._idle):
            self._teaching, self._idle = context, idle
            self.redraw()

    def on_click(self, event: events.Click) -> None:
        """A click on a key is the key."""
        for begin, end, key in self._places:
            if begin <= event.x < end:
                self.post_message(Pressed(key.key, key.shown if len(key.shown) == 1 else None))

    def draw(self, props: FooterProps, width: int, height: int) -> Sequence[Line]:
        """The row: badges and keys as far as they fit, the ways out always; then how far all is in step."""
        ways = [(key, *QUIET) for key in self._ways()]
        help_ = [(key, *QUIET) for key in self._help()]
        badges, own = list(self._badges(props)), [(key, *QUIET) for key in self._own()]
        gap = GAP if _cells((*badges, *own, *ways, *help_), GAP) <= width else NARROW_GAP
        # In a drawer its own keys go first: what waits stands in the strip of alerts too.
        wanted = [*own, *badges] if self._teaching in DRAWERS else [*badges, *own]
        row: list[tuple[Taught, Token, Token]] = []
        # Where something is decided, a key of the decision goes before the way to everything else.
        kept = ways if self._teaching in DECIDING else [*ways, *help_]
        for each in wanted:
            if _cells((*row, each, *kept), gap) <= width:
                row.append(each)
        whole = _cells((*row, *ways, *help_), gap) <= width
        row.extend([*ways, *help_] if whole else kept)
        left: tuple[Span, ...] = ((" ", "normal"),)
        self._places = []
        for place, (key, look, loud) in enumerate(row):
            begin = _cells(row[:place], gap) + (len(gap) if place else 0)
            self._places.append((begin, begin + len(f"{key.shown} {key.word}"), key))
            behind = gap if place + 1 < len(row) else ""
            left = (*left, (key.shown, look), (f" {key.word}{behind}", loud))
        step = f"in step @{props.in_step} " if props.in_step else ""
        end: tuple[Span, ...] = (
            ((step, "dim"),) if step and _cells(row, gap) + len(GAP + step) <= width else ()
        )
        return (spread(left, end, width),)

    def _badges(self, props: FooterProps) -> Iterator[tuple[Taught, Token, Token]]:
        """What waits for the person, with the key that leads there."""
        if self._teaching in DECIDING:
            return
        for action, waiting in (("approvals", props.waiting), ("inbox", props.inbox)):
            if waiting:
                word = f"{action} {waiting}"
                yield taught_action(action, word, self._keys), "accent_strong", "warn_strong"

    def _own(self) -> Iterator[Taught]:
        """The keys of the context, then those that hold everywhere."""
        inside = self._teaching in DRAWERS
        own = tuple(key for key in taught(self._teaching, self._keys) if key.does not in self._idle)
        if self._teaching == "composer":
            own = (*own[:1], BEGIN_COMMAND, *own[1:])
        elif not inside and self._teaching != "past":
            own = (*own, TO_COMPOSER)
        yield from (key for key in own if key.does not in OUT)
        if not inside:
            yield from self._known("runs")
        if self._teaching in OUTSIDE:
            yield from self._known("keys")

    def _ways(self) -> Sequence[Taught]:
        """How to leave."""
        return [key for key in taught(self._teaching, self._keys) if key.does in OUT]

    def _help(self) -> Sequence[Taught]:
        """How to find everything else."""
        return () if self._teaching == "palette" else tuple(self._known("help"))

    def _known(self, action: str) -> Iterator[Taught]:
        each = taught_action(action, action, self._keys)
        if each.key:
            yield each


def _cells(row: Sequence[tuple[Taught, Token, Token]], gap: str) -> int:
    """How many cells these keys take, with the cell before them and the gaps between them."""
    return 1 + sum(len(f"{key.shown} {key.word}") for key, *_ in row) + len(gap) * max(0, len(row) - 1)
