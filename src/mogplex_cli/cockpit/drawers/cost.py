"""What the run has used: tokens, money and time of every agent, the limits, and the pace."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.bars import bar, sparkline
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line, pad, right, spread, wrap
from mogplex_cli.cockpit.kit.pager import Pager
from mogplex_cli.cockpit.kit.staleness import as_of
from mogplex_cli.cockpit.kit.words import count, minutes, money
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.cost import CostProps, CostRow, LimitRow
from mogplex_contracts.state.usage import AgentUsage

NAME_CELLS = 12
BAR_CELLS = 20
TOKENS: tuple[tuple[str, int, Callable[[AgentUsage], int]], ...] = (
    ("in", 8, lambda used: used.input_tokens),
    ("cached", 8, lambda used: used.cache_read_tokens),
    ("stored", 8, lambda used: used.cache_write_tokens),
    ("out", 8, lambda used: used.output_tokens),
    ("thought", 9, lambda used: used.reasoning_tokens),
)
"""Columns: heading, width, value. `cached` is a part of `in`, `thought` of `out`."""
NARROW = ("in", "out")
"""The columns of a narrow drawer."""
WIDE_FROM = 86
MODEL_FROM = 104
LIMIT_WORD = {None: "", "soft": "near its limit", "hard": "limit reached", "limit": "limit reached"}


@dataclass(frozen=True, slots=True)
class CostText:
    """The value, and whether a raise was asked for once."""

    told: CostProps
    again: bool


class CostPager(Pager[CostText]):
    """A table, then limits, then the pace."""

    def content(self, props: CostText, width: int) -> Sequence[Line]:
        """All of it."""
        return [Line((("  ", "normal"), *each.spans), each.ground) for each in cost_lines(props, width - 3)]


class CostDrawer(Drawer[CostProps]):
    """Scrolls; two presses of + raise the nearest limit."""

    context = "cost"
    BINDINGS = [*bindings("cost")]

    def __init__(self) -> None:
        super().__init__(id="drawer")
        self._text = CostPager(id="drawer-list")
        self._told = CostProps()
        self._again = ""
        """What the limit was said to be raised to, when it was asked for once."""

    def compose(self) -> ComposeResult:
        """The text."""
        yield self._text

    def show(self, props: CostProps) -> None:
        """Newer figures. A raise that was asked for holds only for the limit that was shown."""
        self._told = props
        if self._again != props.raise_to:
            self._again = ""
        self._text.show(CostText(props, bool(self._again)))
        self.teach()

    def idle(self) -> frozenset[str]:
        """Without a limit there is none to raise; what fits is not scrolled."""
        nothing = (("raise", not self._told.raise_to), ("up", not self._text.overflows))
        return frozenset(key for key, idle in nothing if idle)

    def action_raise(self) -> None:
        """Ask once, then raise."""
        told = self._told
        if not told.raise_to or told.raise_kind is None:
            return
        if self._again == told.raise_to:
            self._again = ""
            self.post_message(Invoke("raise_limit", told.raise_kind))
        else:
            self._again = told.raise_to
        self.show(told)

    def action_up(self) -> None:
        """Scroll back a line."""
        self._text.scroll_lines(-1)

    def action_down(self) -> None:
        """Scroll on a line."""
        self._text.scroll_lines(1)

    def action_page_up(self) -> None:
        """Scroll back a page."""
        self._text.scroll_pages(-1)

    def action_page_down(self) -> None:
        """Scroll on a page."""
        self._text.scroll_pages(1)


def cost_lines(props: CostText, width: int) -> Iterator[Line]:
    """The whole drawer in `width` cells. Pure."""
    told = props.told
    yield spread(
        (("COST", "strong"), (f"  {told.model}" if told.model else "", "dim"), *as_of(told.stale)),
        ((f"{told.steps} step{'s' if told.steps != 1 else ''}", "dim"),) if told.steps else (),
        width,
    )
    yield BLANK
    if told.empty:
        yield line((f" {told.empty}", "normal"))
    if told.total is not None:
        yield _columns(width)
        yield from (_row(row, width) for row in told.rows)
        if len(told.rows) > 1:
            yield line(("─" * width, "faint"))
            yield _row(told.total, width, total=True)
    if told.not_reporting and told.rows:
        agents = "agent" if told.not_reporting == 1 else "agents"
        yield BLANK
        note = f"◆ {told.not_reporting} {agents} not reporting · what they use is in no figure here"
        yield from (line((row, "warn")) for row in wrap(note, width))
    if told.total is not None and told.total.usage is not None and told.total.usage.unpriced:
        reports = told.total.usage.unpriced
        calls = "call came" if reports == 1 else "calls came"
        yield line((f"◆ {reports} model {calls} without a price · their cost is unknown, not 0", "warn"))
    yield BLANK
    yield from _limits(props, width)
    if told.recent:
        yield BLANK
        yield line(("PACE", "dim"), ("  tokens a model call, newest last", "dim"))
        drawn = told.recent[-(width - 24) :]
        highest = f"  highest {count(max(drawn))}"
        yield line((sparkline(drawn), "accent"), (highest, "dim"))


def _columns(width: int) -> Line:
    headings: list[Span] = [(right(name, cells), "dim") for name, cells, _ in _tokens(width)]
    model = pad("model", 16) if width >= MODEL_FROM else ""
    end: tuple[Span, ...] = (
        *headings,
        (right("cost", 10), "dim"),
        (right("worked", 9), "dim"),
        (right("for you", 9), "dim"),
    )
    return spread((("agent", "dim"), (" " * (NAME_CELLS - 5) + model, "dim")), end, width)


def _row(row: CostRow, width: int, *, total: bool = False) -> Line:
    used = row.usage
    model = pad(row.model, 16) if width >= MODEL_FROM else ""
    left: tuple[Span, ...] = ((pad(row.name, NAME_CELLS), "bright" if total else "normal"), (model, "dim"))
    times: tuple[Span, ...] = (
        (right(minutes(row.worked_s), 9), "normal"),
        (right(minutes(row.waited_s), 9), "warn" if row.waited_s else "dim"),
    )
    if used is None:
        cells = sum(cells for _, cells, _ in _tokens(width)) + 10
        return spread(left, ((right("not reporting", cells), "warn"), *times), width)
    figures: list[Span] = [(right(count(value(used)), cells), "normal") for _, cells, value in _tokens(width)]
    price = money(used.cost_usd, used.unpriced > 0)
    token = "dim" if used.cost_usd is None else "bright" if total else "normal"
    return spread(left, (*figures, (right(price, 10), token), *times), width)


def _tokens(width: int) -> list[tuple[str, int, Callable[[AgentUsage], int]]]:
    return [each for each in TOKENS if width >= WIDE_FROM or each[0] in NARROW]


def _limits(props: CostText, width: int) -> Iterator[Line]:
    told = props.told
    if not told.limits:
        yield line(("LIMITS", "dim"), ("  none · [limits] max_cost_usd = 5.0 in config.toml sets one", "dim"))
        return
    yield line(("LIMITS", "dim"))
    for row in told.limits:
        yield _limit(row, width)
        if row.projection:
            yield line((" " * NAME_CELLS, "normal"), ("projection  ", "accent"), (row.projection, "dim"))
    if props.again:
        yield line((f"▲ press + again to raise the limit to {told.raise_to}", "danger_strong"))


def _limit(row: LimitRow, width: int) -> Line:
    token = "danger" if row.share >= 1 else "warn" if row.share >= row.warn_at else "accent"
    full, rest = bar(row.share, BAR_CELLS)
    left: tuple[Span, ...] = (
        (pad(row.what, NAME_CELLS), "normal"),
        (full, token),
        (rest, "faint"),
        (f"  {row.used} of {row.limit}", "normal"),
        (f"  {LIMIT_WORD[row.severity]}", token),
    )
    return spread(left, ((f"{row.share:.0%}".replace("%", " %"), "normal"),), width)
