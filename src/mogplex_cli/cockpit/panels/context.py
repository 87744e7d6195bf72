"""The right rail: budget, cost, model, what the agents know, and what they wrote down."""

from collections.abc import Sequence
from typing import TypeVar

from textual import events

from mogplex_cli.cockpit.kit.bars import bar
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, cut, cut_middle, line, right, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import count, money
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.context import BudgetLine, ContextProps, CostLine

Item = TypeVar("Item")

TOKEN_CELLS = 7
MONEY_CELLS = 9
LEAST_ROWS = 2
"""A block that gives way keeps its heading and one row."""


class Context(Painted[ContextProps]):
    """Five blocks. The lists give way so that all five are seen; a click opens what a block is about."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._leads_to: list[str] = []
        """The action behind each drawn row."""

    def draw(self, props: ContextProps, width: int, height: int) -> Sequence[Line]:
        """The rail."""
        room = width - 2
        fixed = [("cost", _budget(props, room)), ("cost", _cost(props, room)), ("model", _model(props, room))]
        space = max(2 * LEAST_ROWS, height - sum(len(lines) + 1 for _, lines in fixed) - 1)
        memory = _memory(props, room, max(LEAST_ROWS, space // 2))
        context = _context(props, room, max(LEAST_ROWS, space - len(memory)))
        drawn: list[Line] = []
        self._leads_to = []
        for action, lines in (*fixed, ("memory", context), ("memory", memory)):
            if not lines:
                continue
            block = [*([BLANK] if drawn else []), *lines]
            drawn.extend(block)
            self._leads_to.extend([action] * len(block))
        return [Line(((" ", "normal"), *each.spans), each.ground) for each in drawn]

    def on_click(self, event: events.Click) -> None:
        """A click opens the drawer that has more of it."""
        event.stop()
        if event.y < len(self._leads_to):
            self.post_message(Invoke(self._leads_to[event.y]))


def _budget(props: ContextProps, width: int) -> list[Line]:
    if not props.budget:
        return []
    return [
        line(("BUDGET", "dim")),
        *(each for budget in props.budget for each in _budget_lines(budget, width)),
    ]


def _budget_lines(budget: BudgetLine, width: int) -> tuple[Line, Line]:
    token = "danger" if budget.share >= 1 else "warn" if budget.share >= budget.warn_at else "accent"
    full, rest = bar(budget.share, width - 7)
    share = f"{budget.share:.0%}".replace("%", " %")
    return (
        spread(
            ((budget.used, "bright"), (f" of {budget.limit}", "dim")),
            ((budget.what, "dim"),),
            width,
        ),
        spread(((full, token), (rest, "faint")), ((share, "dim" if token == "accent" else token),), width),
    )


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


def _model(props: ContextProps, width: int) -> list[Line]:
    end: tuple[Span, ...] = ((props.harness, "warn"),) if props.harness else ()
    model = cut(props.model or "the harness decides", width)
    lines = [spread((("MODEL", "dim"),), end, width), line((model, "normal"))]
    for window in props.windows:
        used = count(window.used)
        share = f" {window.used / window.window:.0%}".replace("%", " %") if window.window else ""
        of = f" of {count(window.window)}" if window.window else ""
        lines.append(spread(((window.name, "normal"),), ((f"{used}{of}{share}", "dim"),), width))
    return lines


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


def _fitting(items: Sequence[Item], rows: int) -> Sequence[Item]:
    """The newest ones that fit, one row left for how many there are more."""
    return items if len(items) <= rows else items[len(items) - max(0, rows - 1) :]


def _more(lines: list[Line], items: int, rows: int) -> list[Line]:
    hidden = items - (len(lines) - 1)
    return [*lines, line((f"+ {hidden} more", "dim"))] if hidden > 0 else lines
