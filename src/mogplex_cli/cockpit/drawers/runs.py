"""Every run of the daemon: what needs the person, what works, what is done. Enter shows the one selected."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.glyphs import RISK, RUN
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line, on, pad, right, spread, wrap
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import ago, money
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.runs import RunRow, RunsProps

INDENT: Span = (" " * 16, "normal")
AGE_CELLS = 8
COST_CELLS = 10
MODEL_CELLS = 15
HARNESS_CELLS = 12
PLACE_CELLS = 16
MODEL_FROM = 104
"""From this width on every row has its model; below it, the one under the cursor."""


@dataclass(frozen=True, slots=True)
class ListProps:
    """The runs and the cursor among them."""

    runs: RunsProps
    selected: str
    """Id of the run under the cursor."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide the columns are whose words differ from list to list."""

    harness: int
    place: int
    cost: int


class RunList(Painted[ListProps]):
    """Groups with their headings; it scrolls with the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._owners: list[str] = []
        """The run each drawn row belongs to; empty for headings."""

    def draw(self, props: ListProps, width: int, height: int) -> Sequence[Line]:
        """The window of rows that has the selected run in it."""
        rows = list_rows(props, width)
        marked = [place for place, (owner, _) in enumerate(rows) if owner and owner == props.selected]
        last = marked[-1] if marked else 0
        top = max(0, min(last - height // 2, len(rows) - height))
        window = rows[top : top + height]
        self._owners = [owner for owner, _ in window]
        return [drawn for _, drawn in window]

    def run_at(self, row: int) -> str:
        """Id of the run drawn there; empty when there is none."""
        return self._owners[row] if 0 <= row < len(self._owners) else ""


class RunsDrawer(Drawer[RunsProps]):
    """The cursor stays on its run wherever the list moves it."""

    context = "runs"
    BINDINGS = [*bindings("runs")]

    def __init__(self) -> None:
        super().__init__(id="drawer")
        self._list = RunList(id="run-list")
        self._runs = RunsProps()
        self._selected = ""

    def compose(self) -> ComposeResult:
        """The list."""
        yield self._list

    def show(self, props: RunsProps) -> None:
        """Other runs, or the same ones a second later."""
        self._runs = props
        order = [row.run_id for row in _in_order(props)]
        if self._selected not in order:
            self._selected = order[0] if order else ""
        self._show()

    def on_click(self, event: events.Click) -> None:
        """A click selects, a second one attaches."""
        event.stop()
        self.focus()
        run_id = self._list.run_at(event.y) if event.widget is self._list else ""
        if run_id and run_id == self._selected:
            self.action_choose()
        elif run_id:
            self._selected = run_id
            self._show()

    def action_up(self) -> None:
        """Select the run above."""
        self._move(-1)

    def action_down(self) -> None:
        """Select the run below."""
        self._move(1)

    def action_choose(self) -> None:
        """Show the selected run; the one that is shown already just gets its screen back."""
        chosen = next((row for row in _in_order(self._runs) if row.run_id == self._selected), None)
        if chosen is None:
            return
        if chosen.shown:
            self.post_message(Invoke("close_drawer"))
        else:
            self.post_message(Invoke("attach", chosen.run_id))

    def idle(self) -> frozenset[str]:
        """Where there is no run there is none to select."""
        return frozenset() if self._selected else frozenset(("up", "choose"))

    def _move(self, step: int) -> None:
        order = [row.run_id for row in _in_order(self._runs)]
        if order:
            place = order.index(self._selected) + step
            self._selected = order[max(0, min(place, len(order) - 1))]
            self._show()

    def _show(self) -> None:
        self._list.show(ListProps(self._runs, self._selected))
        self.teach()


def list_rows(props: ListProps, width: int) -> list[tuple[str, Line]]:
    """Every row with the run it belongs to; empty for those that belong to none. Pure."""
    runs = props.runs
    columns = _columns(_in_order(runs), width)
    rows: list[tuple[str, Line]] = [("", line((" RUNS", "strong")))]
    for name, group in (("NEEDS YOU", runs.needs_you), ("WORKING", runs.working), ("DONE", runs.done)):
        if not group:
            continue
        rows.extend((("", BLANK), ("", line((f"   {name}", "dim"), (f"  {len(group)}", "dim")))))
        for row in group:
            selected = row.run_id == props.selected
            rows.extend((row.run_id, drawn) for drawn in _run(row, columns, width, selected=selected))
    if runs.empty:
        rows.extend((("", BLANK), ("", line((f"   {runs.empty}", "normal")))))
    if runs.hint:
        rows.append(("", BLANK))
        rows.extend(("", line((f"   {text}", "dim"))) for text in wrap(runs.hint, width - 6))
    return rows


def _columns(rows: Sequence[RunRow], width: int) -> Columns:
    return Columns(
        harness=max((min(cell_len(row.harness), HARNESS_CELLS) for row in rows), default=0),
        place=max((min(cell_len(row.repo), max(PLACE_CELLS, width // 6)) for row in rows), default=0),
        # A column of nothing but `unknown` says nothing, and the tasks need its room.
        cost=COST_CELLS if any(row.cost_usd is not None for row in rows) else 0,
    )


def _run(row: RunRow, columns: Columns, width: int, *, selected: bool) -> list[Line]:
    """Who works where and on what, how long and how much; below it what waits."""
    glyph, token = RUN[row.status]
    end: tuple[Span, ...] = (
        *(((pad(row.model or "–", MODEL_CELLS), "dim"),) if width >= MODEL_FROM else ()),
        (
            right(money(row.cost_usd), columns.cost) if columns.cost else "",
            "dim" if row.cost_usd is None else "normal",
        ),
        (right(ago(row.age_s), AGE_CELLS), "dim"),
        (" ", "normal"),
    )
    left: tuple[Span, ...] = (
        (" ▸ " if selected else "   ", "accent"),
        (f"{glyph} {pad(row.status, 9)}  ", token),
        (pad(row.harness, columns.harness) + "  ", "normal"),
        (pad(row.repo, columns.place) + "  ", "normal"),
        ("on screen · " if row.shown else "", "accent"),
        (row.task or row.run_id, "bright" if selected else "normal"),
    )
    lines = [spread(left, end, width)]
    cut_short = cell_len(row.task) > width - line(*left[:-1], *end).width - 1
    if selected and cut_short:
        lines.extend(line(INDENT, (text, "bright")) for text in wrap(row.task, width - 18, 2))
    if row.risk is not None:
        mark, word, risk = RISK[row.risk]
        more: tuple[Span, ...] = ((f"and {row.waiting - 1} more ", "dim"),) if row.waiting > 1 else ()
        waits: tuple[Span, ...] = ((f"{mark} {word}  ", risk), (row.waits_for, "normal"))
        lines.append(spread((INDENT, *waits), more, width))
    if selected:
        place = row.repo if cell_len(row.repo) > columns.place else ""
        cost = "" if columns.cost else "cost unknown"
        facts = " · ".join(each for each in (row.run_id, place, row.model, cost) if each)
        lines.append(spread((INDENT, (facts, "dim")), (), width))
    return [on("selected", drawn) for drawn in lines] if selected else lines


def _in_order(runs: RunsProps) -> tuple[RunRow, ...]:
    return (*runs.needs_you, *runs.working, *runs.done)
