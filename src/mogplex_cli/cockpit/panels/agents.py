"""The agents as cards, and the system they run on."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.timer import Timer

from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.glyphs import ACTIVITY, AGENT, AGENT_WORDS, HEALTH
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, Token, cut, line, on, pad, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.staleness import as_of
from mogplex_cli.cockpit.kit.words import plain
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.agents import AgentCard, AgentsProps
from mogplex_contracts.vocabulary import FINAL_AGENT_STATUSES

FRAMES_A_SECOND = 5
NAME_CELLS = 10
NARROW_NAME = len(" ◆ ") + NAME_CELLS - 1
"""What stands behind a number: a name in a column of its own keeps a cell from the next one."""
NARROW_CARDS = 4
"""How many agents stand above the timeline when there is no rail."""

SYSTEM_DRAWERS = frozenset(("model", "mcp"))
"""Rows of the system block that lead to the drawer of their name."""


class Agents(Painted[AgentsProps]):
    """A rail of cards; where there is no room for a rail (`narrow`), a line an agent."""

    can_focus = True
    BINDINGS = [*bindings("outside"), *bindings("agents")]

    def __init__(self, *, id: str | None = None, animations: bool = True) -> None:
        super().__init__(id=id)
        self.narrow = False
        self._animations = animations
        self._selected: str = ""
        self._owners: list[str] = []
        """What each drawn row belongs to: an agent's id, the drawer it leads to, or nothing."""
        self._digits = 1
        """Of the largest number of an agent."""
        self._frame = 0
        self._timer: Timer | None = None

    @property
    def selected(self) -> str:
        """Id of the agent under the cursor; empty while there is none or the panel has no focus."""
        return self._selected if self.has_focus else ""

    def show(self, props: AgentsProps) -> None:
        """Show other agents; the activity moves only while one of them works."""
        if all(card.agent_id != self._selected for card in props.cards):
            self._selected = ""
        super().show(props)
        working = self._animations and any(card.working for card in props.cards)
        if working and self._timer is None:
            self._timer = self.set_interval(1 / FRAMES_A_SECOND, self._next_frame)
        elif not working and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def draw(self, props: AgentsProps, width: int, height: int) -> Sequence[Line]:
        """The panel."""
        self._digits = len(str(max((card.number for card in props.cards), default=0)))
        return self._draw_narrow(props, width) if self.narrow else self._draw_rail(props, width, height)

    def set_narrow(self, narrow: bool) -> None:
        """Lines instead of cards, or cards again."""
        if narrow != self.narrow:
            self.narrow = self.grows = narrow
            self.refresh(layout=True)

    def _next_frame(self) -> None:
        self._frame = (self._frame + 1) % len(ACTIVITY)
        self.redraw()

    def _draw_narrow(self, props: AgentsProps, width: int) -> list[Line]:
        cards = props.cards
        shown = cards if len(cards) <= NARROW_CARDS else self._around(cards, NARROW_CARDS - 1)
        lines = [self._row(card, width) for card in shown]
        self._owners = [card.agent_id for card in shown]
        if len(shown) < len(cards):
            lines.append(line((f" + {len(cards) - len(shown)} more agents", "dim")))
        return lines

    def _row(self, card: AgentCard, width: int) -> Line:
        left: tuple[Span, ...] = (
            (" ", "normal"),
            *self._named(card, self._digits + NARROW_NAME),
            (pad(card.role, 11), "dim"),
            (pad(_status(card), 12), _status_token(card)),
            (card.action, "normal"),
        )
        return self._mark(card, spread(left, ((card.model + " ", "dim"),) if width > 100 else (), width))

    def _draw_rail(self, props: AgentsProps, width: int, height: int) -> list[Line]:
        room = width - 2
        system = _system(props, room)
        age = as_of(props.stale, short=True)
        count: tuple[Span, ...] = () if age else ((str(len(props.cards) or ""), "dim"),)
        heading = spread((("AGENTS", "dim"), *age), count, room)
        lines: list[Line] = [heading]
        self._owners = [""]
        if not props.cards:
            lines.extend(
                (
                    BLANK,
                    line((cut("none yet", room), "dim")),
                    line((cut("/run <task> starts some", room), "dim")),
                )
            )
        space = height - 1 - len(system) - 1
        lines.extend(self._cards(props.cards, room, space))
        lines.extend(BLANK for _ in range(height - len(lines) - len(system)))
        self._owners.extend("" for _ in range(len(lines) - len(self._owners)))
        self._owners.extend(("", "", "model", "mcp", ""))
        lines.extend(system)
        return [Line(((" ", "normal"), *each.spans), each.ground) for each in lines]

    def _cards(self, cards: Sequence[AgentCard], width: int, space: int) -> list[Line]:
        """As many rows a card as fit: with air between them, without, or one line each."""
        if not cards:
            return []
        rows = 3 if len(cards) * 3 <= space else 1
        air = rows == 3 and len(cards) * 4 <= space + 1
        fitting = max(1, space // rows)
        shown = cards if len(cards) <= fitting else self._around(cards, fitting - 1)
        lines: list[Line] = []
        for place, card in enumerate(shown):
            if air and place:
                lines.append(BLANK)
                self._owners.append("")
            lines.extend(self._mark(card, each) for each in self._card(card, width, rows))
            self._owners.extend([card.agent_id] * rows)
        if len(shown) < len(cards):
            lines.append(line((f"+ {len(cards) - len(shown)} more", "dim")))
        return lines

    def _card(self, card: AgentCard, width: int, rows: int) -> list[Line]:
        if rows == 1:
            status = _status(card)
            named = self._named(card, width - len(status) - 1)
            return [spread(named, ((status, _status_token(card)),), width)]
        lines = [
            spread(self._named(card, width - len(card.role) - 1), ((card.role, "dim"),), width),
            spread(
                (("  ", "normal"), (card.model or "–", "dim")), ((_status(card), _status_token(card)),), width
            ),
        ]
        lines.append(line((f"  {cut(card.action, width - 2)}", "normal")))
        return lines

    def _named(self, card: AgentCard, room: int) -> tuple[Span, ...]:
        """Number, glyph and name in `room` cells, and in no fewer than align the names."""
        glyph, token = AGENT[card.status]
        if card.working and self._animations:
            glyph = ACTIVITY[self._frame]
        number = f"{card.number:>{self._digits}} "
        name = cut(card.name, room - len(number) - 2)
        return (
            (number, "dim"),
            (f"{glyph} ", token),
            (
                pad(name, max(NAME_CELLS, cell_len(name))),
                "normal" if card.status in FINAL_AGENT_STATUSES else "bright",
            ),
        )

    def _mark(self, card: AgentCard, drawn: Line) -> Line:
        return on("selected", drawn) if card.agent_id == self._selected and self.has_focus else drawn

    def _around(self, cards: Sequence[AgentCard], room: int) -> Sequence[AgentCard]:
        """The window of cards that has the selected one in it."""
        place = next((n for n, card in enumerate(cards) if card.agent_id == self._selected), 0)
        start = max(0, min(place - room + 1, len(cards) - room))
        return cards[start : start + room]

    def action_up(self) -> None:
        """Select the agent above."""
        self._move(-1)

    def action_down(self) -> None:
        """Select the agent below."""
        self._move(1)

    def action_open(self) -> None:
        """Everything about the selected agent."""
        if self._selected:
            self.post_message(Invoke("agents", self._selected))

    def _move(self, step: int) -> None:
        cards = self.props.cards if self.props else ()
        if not cards:
            return
        places = [card.agent_id for card in cards]
        now = places.index(self._selected) if self._selected in places else (-1 if step > 0 else len(places))
        self._selected = places[max(0, min(now + step, len(places) - 1))]
        self.redraw()

    def on_focus(self) -> None:
        """The cursor stands on an agent as soon as there is one."""
        if not self._selected and self.props and self.props.cards:
            self._selected = self.props.cards[0].agent_id
        self.redraw()

    def on_blur(self) -> None:
        """The cursor is not shown without the focus."""
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """A click gives the panel the keys and selects; a second one opens. A row of SYSTEM opens its drawer."""
        event.stop()
        again = self.selected
        self.focus()
        owner = self._owners[event.y] if event.y < len(self._owners) else ""
        if owner in SYSTEM_DRAWERS:
            self.post_message(Invoke(owner))
        elif owner and owner == again:
            self.action_open()
        elif owner:
            self._selected = owner
            self.redraw()

    def action_invoke(self, action: str) -> None:
        """A key that leads to an action."""
        self.post_message(Invoke(action))


def _status(card: AgentCard) -> str:
    return AGENT_WORDS.get(card.status, plain(card.status))


def _status_token(card: AgentCard) -> Token:
    return (
        "warn" if card.status in ("waiting_for_approval", "blocked") else "normal" if card.working else "dim"
    )


def _system(props: AgentsProps, width: int) -> list[Line]:
    glyph, token = HEALTH[props.health]
    mcp = f"{props.mcp_ready}/{props.mcp_total} ready" if props.mcp_total else "none"
    lines = [
        line(("SYSTEM", "dim")),
        _fact("transport", (f"{glyph} ", token), (props.health, "normal"), width),
        _fact("model", ("", "normal"), (props.model or "default", "normal"), width),
        _fact("mcp", ("", "normal"), (mcp, "normal" if props.mcp_total else "dim"), width),
    ]
    if props.harness:
        lines.append(_fact("harness", ("", "normal"), (props.harness, "warn"), width))
    return lines


def _fact(label: str, mark: Span, value: Span, width: int) -> Line:
    return spread(((pad(label, 11), "dim"), mark, value), (), width)
