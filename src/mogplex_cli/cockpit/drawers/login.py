"""The login screen: the ways to begin. One that this version cannot go says so before it is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Ground, Line, Span, line, spread, wrap
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.cockpit.panels.welcome import WORDMARK
from mogplex_cli.store.selectors.login import LoginChoice, LoginProps

BLOCK_CELLS = 76
"""How wide the whole is, where there is room; it stands in the middle."""
MOST_ROWS = 3
"""Lines a choice takes where there is room: its title, what is told of it, and an empty one."""
SPARE_ROWS = 6
"""With this many rows to spare, the name stands above."""


@dataclass(frozen=True, slots=True)
class WaysProps:
    """The ways and the cursor."""

    told: LoginProps
    picked: int


class Ways(Painted[WaysProps]):
    """Heading, the ways, and what was looked for in vain."""

    def draw(self, props: WaysProps, width: int, height: int) -> Sequence[Line]:
        """A heading, two lines a way, and what is not there."""
        told = props.told
        inner = min(BLOCK_CELLS, width)
        now = f"runs are driven by {told.harness} now" if told.harness else "nothing drives your runs yet"
        rows = _rows(told, height)
        lines = _above(told, height)
        lines.append(spread((("   SIGN IN", "strong"),), ((f"{now} ", "dim"),), inner))
        lines.append(BLANK)
        for place, choice in enumerate(told.choices):
            lines.extend(_choice(choice, place == props.picked, inner)[:rows])
        lines.extend(line(("   " + row, "dim")) for row in _none_found(told, inner))
        return [_indented(each, (width - inner) // 2) for each in lines]


class LoginDrawer(Drawer[LoginProps]):
    """Arrows and Enter, or a click."""

    context = "login"
    whole = True
    BINDINGS = [*bindings("login")]

    def __init__(self) -> None:
        super().__init__(id="drawer")
        self._ways = Ways(id="login-ways")
        self._told = LoginProps(())
        self._picked = 0

    def compose(self) -> ComposeResult:
        """The ways."""
        yield self._ways

    def show(self, props: LoginProps) -> None:
        """The ways there are; the cursor begins on the first one that can be gone."""
        if [each.name for each in props.choices] != [each.name for each in self._told.choices]:
            self._picked = next((place for place, each in enumerate(props.choices) if not each.missing), 0)
        self._told = props
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """A click on a way goes it."""
        event.stop()
        height = self._ways.size.height
        below = event.screen_y - self._ways.region.y - len(_above(self._told, height)) - 2
        place = below // _rows(self._told, height)
        if 0 <= place < len(self._told.choices):
            self._picked = place
            self._draw()
            self.action_choose()

    def action_up(self) -> None:
        """The way above."""
        self._move(-1)

    def action_down(self) -> None:
        """The way below."""
        self._move(1)

    def action_choose(self) -> None:
        """Go the way the cursor is on."""
        if self._told.choices:
            self.post_message(Invoke("login", self._told.choices[self._picked].name))

    def _move(self, step: int) -> None:
        self._picked = max(0, min(self._picked + step, len(self._told.choices) - 1))
        self._draw()

    def _draw(self) -> None:
        self._ways.show(WaysProps(self._told, self._picked))


def _rows(told: LoginProps, height: int) -> int:
    """Lines a choice takes, so that all of them are seen: what is left out first is the empty one."""
    room = (height - 2 - len(_none_found(told, BLOCK_CELLS))) // max(1, len(told.choices))
    return max(1, min(MOST_ROWS, room))


def _none_found(told: LoginProps, width: int) -> list[str]:
    return [row for text in told.none_found for row in wrap(text, width - 6)]


def _above(told: LoginProps, height: int) -> list[Line]:
    """What stands above the heading: the name, where there is room for it."""
    needed = 2 + MOST_ROWS * len(told.choices) + len(_none_found(told, BLOCK_CELLS))
    spare = height - needed
    if spare < SPARE_ROWS:
        return []
    space = (spare - len(WORDMARK) - 2) // 3
    return [BLANK] * space + [line(("   " + row, "accent")) for row in WORDMARK] + [BLANK, BLANK]


def _indented(drawn: Line, cells: int) -> Line:
    return Line(((" " * cells, "normal"), *drawn.spans), drawn.ground)


def _choice(choice: LoginChoice, picked: bool, width: int) -> tuple[Line, ...]:
    ground: Ground = "selected" if picked else "plain"
    mark: Span = (" ▸ " if picked else "   ", "accent")
    title: Span = (choice.title, "bright" if not choice.missing else "normal")
    second: Span = (f"○ {choice.missing}", "warn") if choice.missing else (choice.detail, "dim")
    found: tuple[Span, ...] = ((f"{choice.detail} ", "dim"),) if choice.missing else ()
    return (
        spread((mark, title), found, width, ground),
        spread((("   ", "normal"), second), (), width, ground),
        BLANK,
    )
