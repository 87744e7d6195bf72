"""The right rail: what the agents know, what they wrote down, and what it cost."""

from collections.abc import Sequence
from typing import TypeVar

from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, cut_middle, line, right, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import count, money
from mogplex_cli.store.selectors.context import ContextProps, CostLine

Item = TypeVar("Item")

TOKEN_CELLS = 7
MONEY_CELLS = 9
BAR_CELLS = 10


class Context(Painted[ContextProps]):
    """Three blocks; the long ones give way so that all three are seen."""

    def draw(self, props: ContextProps, width: int, height: int) -> Sequence[Line]:
        """The rail."""
        room = width - 2
        cost = _cost(props, room)
        space = max(4, height - len(cost) - 2)
        memory = _memory(props, room, max(2, space // 2))
        context = _context(props, room, max(2, space - len(memory)))
        lines = [*context, BLANK, *memory, BLANK, *cost]
        return [Line(((" ", "normal"), *each.spans), each.ground) for each in lines]


def _context(props: ContextProps, width: int, rows: int) -> list[Line]:
    known = [item.tokens for item in props.context if item.tokens is not None]
    end: tuple[Span, ...] = ((count(sum(known)), "dim"),) if known else ()
    lines = [spread((("CONTEXT", "dim"),), end, width)]
    if not props.context:
        return [*lines, line(("none loaded", "dim"))]
    for item in _fitting(props.context, rows - 1):
        tokens = "–" if item.tokens is None else count(item.tokens)
        path = cut_middle(item.path, width - TOKEN_CELLS - 1)
        lines.append(spread(((path, "normal"),), ((right(tokens, TOKEN_CELLS), "dim"),), width))
    return _more(lines, len(props.context), rows)


def _memory(props: ContextProps, width: int, rows: int) -> list[Line]:
    end: tuple[Span, ...] = ((f"{props.writes} written", "normal"),) if props.writes else ()
    lines = [spread((("MEMORY", "dim"),), end, width)]
    if not props.memory:
        return [*lines, line(("nothing yet", "dim"))]
    for entry in _fitting(props.memory, rows - 1):
        mark: Span = ("● ", "ok") if entry.written else ("○ ", "dim")
        lines.append(spread((mark, (entry.text or entry.key, "normal")), (), width))
    return _more(lines, len(props.memory), rows)


def _cost(props: ContextProps, width: int) -> list[Line]:
    lines = [line(("COST", "dim"))]
    if props.total is None:
        return [*lines, line(("nothing reported", "dim"))]
    lines.extend(_cost_line(cost, width) for cost in props.costs)
    if len(props.costs) > 1:
        lines.append(_cost_line(props.total, width, total=True))
    if props.not_reporting:
        agents = "agent" if props.not_reporting == 1 else "agents"
        lines.append(line((f"{props.not_reporting} {agents} not reporting", "warn")))
    if props.limit is not None:
        lines.append(_limit(*props.limit, width))
    return lines


def _cost_line(cost: CostLine, width: int, *, total: bool = False) -> Line:
    price = money(cost.cost_usd, cost.unpriced)
    return spread(
        ((cost.name, "dim" if total else "normal"),),
        (
            (right(count(cost.tokens), TOKEN_CELLS), "dim"),
            (right(price, MONEY_CELLS), "dim" if cost.cost_usd is None else "bright" if total else "normal"),
        ),
        width,
    )


def _limit(what: str, used: float, width: int) -> Line:
    full = min(BAR_CELLS, round(used * BAR_CELLS))
    token = "danger" if used >= 1 else "warn" if used >= 0.8 else "accent"
    return spread(
        ((f"{what} limit ", "dim"), ("▇" * full, token), ("▁" * (BAR_CELLS - full), "faint")),
        ((f"{used:.0%}".replace("%", " %"), token if used >= 0.8 else "dim"),),
        width,
    )


def _fitting(items: Sequence[Item], rows: int) -> Sequence[Item]:
    """The newest ones that fit, one row left for how many there are more."""
    return items if len(items) <= rows else items[len(items) - max(0, rows - 1) :]


def _more(lines: list[Line], items: int, rows: int) -> list[Line]:
    hidden = items - (len(lines) - 1)
    return [*lines, line((f"+ {hidden} more", "dim"))] if hidden > 0 else lines
