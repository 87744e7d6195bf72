"""The repository's memory: browse, filter, this run's writes marked; deleting passes the run's gate."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from mogplex_cli.cockpit.drawers.filter_drawer import FilterDrawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line, pad, spread, wrap
from mogplex_cli.cockpit.kit.listing import Listing, Row
from mogplex_cli.cockpit.kit.words import day_and_time
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.memory import MemoryProps, MemoryRow

KEY_CELLS = 24


class MemoryListing(Listing[MemoryProps]):
    """A row an entry; below them the one selected, whole."""

    def __init__(self, zone: tzinfo | None) -> None:
        super().__init__(id="drawer-list")
        self._zone = zone
        self.again = ""
        """The entry whose deletion was asked for once."""

    def rows(self, told: MemoryProps, key: str, width: int) -> Sequence[Row]:
        """Heading and entries."""
        written = f"  {told.writes} written by this run" if told.writes else ""
        heading = spread(
            ((" MEMORY", "strong"), (f"  {len(told.rows) or ''}", "dim"), (written, "ok")),
            ((f"{told.repo} ", "dim"),),
            width,
        )
        rows: list[Row] = [("", heading), ("", BLANK)]
        said: list[Span] = [(told.problem, "warn"), (told.empty, "normal")]
        for text, token in said:
            rows.extend(("", line((f"   {row}", token))) for row in (wrap(text, width - 6) if text else ()))
        rows.extend((row.key, _row(row, width, selected=row.key == key)) for row in told.rows)
        return rows

    def text(self, told: MemoryProps, key: str, width: int) -> Sequence[Line]:
        """The entry, who wrote it and when."""
        row = next((each for each in told.rows if each.key == key), None)
        if row is None:
            return ()
        head = f"── {row.name} "
        lines = [BLANK, line((f" {head}", "dim"), ("─" * max(0, width - len(head) - 2), "faint"))]
        if self.again == key:
            asks = f"▲ press del again to delete {row.name}: it is forgotten for all later runs"
            lines.extend(line((f"   {each}", "danger_strong")) for each in wrap(asks, width - 6))
        by = f"written by {row.by}" if row.by else "read by this run" if row.read else "in the memory"
        at = f" · {day_and_time(row.at, self._zone)}" if row.at else ""
        lines.extend((line((f"   {by}{at}", "dim")), BLANK))
        lines.extend(line((f"   {each}", "normal")) for each in wrap(row.text, width - 6))
        if told.fixed:
            lines.extend((BLANK, *(line((f"   {each}", "dim")) for each in wrap(told.fixed, width - 6))))
        return lines


class MemoryDrawer(FilterDrawer[MemoryProps]):
    """Two presses delete, and then the gate has its say."""

    context = "memory"
    BINDINGS = [*bindings("memory")]

    def __init__(self, zone: tzinfo | None) -> None:
        self._memory = MemoryListing(zone)
        super().__init__(self._memory, "filter by words of key or text")

    def order(self, told: MemoryProps) -> Sequence[str]:
        """As they are listed."""
        return [row.key for row in told.rows]

    def narrowed(self, whole: MemoryProps, typed: str) -> MemoryProps:
        """The entries that hold every word."""
        words = typed.lower().split()
        rows = tuple(
            row for row in whole.rows if all(word in f"{row.name} {row.text}".lower() for word in words)
        )
        empty = whole.empty if rows or not whole.rows else "no entry holds these words"
        return replace(whole, rows=rows, empty=empty)

    def select(self, key: str) -> None:
        """Another entry must be asked for anew."""
        self._memory.again = ""
        super().select(key)

    def idle(self) -> frozenset[str]:
        """Where there is no entry there is none to delete; what fits is not scrolled."""
        nothing = (("delete", not self.selected), ("page_down", not self.overflows))
        return super().idle() | {key for key, idle in nothing if idle}

    def action_choose(self) -> None:
        """Entries are read where they stand."""

    def action_delete(self) -> None:
        """Ask once, then ask the run."""
        told = self.told
        if told is None or not self.selected:
            return
        if told.fixed or self._memory.again == self.selected:
            self._memory.again = ""
            self.post_message(Invoke("delete_memory", self.selected))
        else:
            self._memory.again = self.selected
        self.redraw()


def _row(row: MemoryRow, width: int, *, selected: bool) -> Line:
    mark: Span = ("● ", "ok") if row.written else ("○ ", "accent") if row.read else ("  ", "dim")
    word = "written now" if row.written else "read now" if row.read else ""
    left: tuple[Span, ...] = (
        (" ▸ " if selected else "   ", "accent"),
        mark,
        (pad(row.name, KEY_CELLS) + " ", "bright" if selected else "normal"),
        (" ".join(row.text.split()), "dim"),
    )
    return spread(
        left, ((f"{word} ", "ok" if row.written else "dim"),), width, "selected" if selected else "plain"
    )
