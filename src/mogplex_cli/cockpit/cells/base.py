"""What a timeline cell is: the words of one entry, and how they stand in columns. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from mogplex_cli.cockpit.kit.glyphs import ENTRY
from mogplex_cli.cockpit.kit.lines import Ground, Line, Span, clip, line, pad, right, spread, wrap
from mogplex_cli.cockpit.kit.markdown import markdown
from mogplex_cli.cockpit.kit.words import clock_time, duration
from mogplex_contracts.state.timeline import TimelineEntry

WHO_CELLS = 9
DURATION_CELLS = 7
INDENT = 1 + 8 + 2 + WHO_CELLS + 1
"""Cells before the fact: edge, time and name."""
OPEN_ROWS = 400
"""Rows of one entry that are shown in place; the drawer has all of them."""
WIDE = 60
"""From this width on, a duration stands beside the note; below it, only where there is no note."""


@dataclass(frozen=True, slots=True)
class CellContext:
    """What a cell may know beside its entry."""

    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Agent names by id."""
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    """Live output by call id."""
    diffs: Mapping[str, str] = field(default_factory=dict[str, str])
    """Diffs of patches by patch id, as far as they are known."""
    now: float = 0.0
    """Seconds since 1970."""
    zone: tzinfo | None = None
    """Time zone of the time column; None for this machine's."""

    def name(self, entry: TimelineEntry) -> str:
        """What to call the entry's agent; empty when it has none."""
        return self.names.get(entry.agent_id or "", entry.agent_id or "")


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry in words."""

    who: Span
    text: Span
    """The fact."""
    lead: tuple[Span, ...] = ()
    """What stands before it and is never wrapped."""
    note: tuple[Span, ...] = ()
    """A short figure for the right edge."""
    rows: int = 1
    """How many rows the fact may take."""
    prose: str = ""
    """Markdown that stands in place of the fact."""
    growing: bool = False
    """Whether it is being written: then its end is shown when it has more rows than it may take."""
    tail: tuple[str, ...] = ()
    """Rows of output below it."""
    body: Callable[[int], Sequence[Line]] | None = None
    """Everything else there is of it, in so many cells, for whoever opened it in place."""
    is_open: bool = False
    openable: bool = False
    """Whether there is more to see than what stands here."""


def outcome(entry: TimelineEntry) -> tuple[Span, ...]:
    """The entry's note, with its mark when it did not simply go well."""
    glyph, token = ENTRY[entry.status]
    match entry.status:
        case "none" | "ok":
            return ((entry.note, "dim"),) if entry.note else ()
        case "running":
            return ((f"{entry.note}  " if entry.note else "", "dim"), (f"{glyph} running", token))
        case _:
            return ((f"{glyph} ", token), (entry.note or entry.status, token))


def lay_out(
    cell: Cell, entry: TimelineEntry, context: CellContext, width: int, *, selected: bool = False
) -> list[Line]:
    """The rows of a cell in `width` cells: time, who, what, and figures against the right edge."""
    ground = "selected" if selected else "plain"
    figures = _figures(cell, entry, width)
    who, who_token = cell.who
    head: tuple[Span, ...] = (
        ("▌" if selected else " ", "accent"),
        (clock_time(entry.ts, context.zone), "dim"),
        ("  ", "normal"),
        (pad(who, WHO_CELLS), who_token),
        (" ", "normal"),
    )
    lead_width = line(*cell.lead).width
    room = width - INDENT - lead_width - 1
    first, *more = _fact(cell, room - line(*figures).width, room)
    drawn = [spread((*head, *cell.lead, *first), figures, width, ground)]
    edge: Span = (("▌" if selected else " ") + " " * (INDENT + lead_width - 1), "accent")
    drawn.extend(spread((edge, *row), (), width, ground) for row in more)
    bar: tuple[Span, ...] = (
        (("▌" if selected else " ") + " " * (INDENT - 1), "accent"),
        ("│ ", "faint"),
    )
    drawn.extend(spread((*bar, (row, "dim")), (), width, ground) for row in cell.tail)
    drawn.extend(_body(cell, bar, width, ground))
    return drawn


def _figures(cell: Cell, entry: TimelineEntry, width: int) -> tuple[Span, ...]:
    took = duration(entry.duration_ms) if entry.duration_ms is not None else ""
    figures: tuple[Span, ...] = cell.note
    if took:
        figures = (
            (*figures, (right(took, DURATION_CELLS + 1), "dim"))
            if width >= WIDE
            else figures or ((took, "dim"),)
        )
    mark = " ▾" if cell.is_open else " ▸" if cell.openable else "  "
    return clip((*figures, (mark, "dim")), max(12, width // 2))


def _fact(cell: Cell, room: int, below: int) -> list[tuple[Span, ...]]:
    """The fact in rows, at least one: the first has `room` cells, beside the figures, those under it `below`."""
    text, token = cell.text
    if not cell.prose:
        rows = wrap(text, below, cell.rows, first=room) if cell.rows > 1 else [text]
        return [((row, token),) for row in rows]
    drawn = [each.spans for each in markdown(cell.prose, max(8, room), token)] or [()]
    if cell.growing:
        drawn = drawn[-cell.rows :]
        return [*drawn[:-1], (*drawn[-1], ("▍", token))]
    if len(drawn) > cell.rows:
        drawn = drawn[: cell.rows]
        drawn[-1] = (*drawn[-1], (" …", token))
    return drawn


def _body(cell: Cell, bar: tuple[Span, ...], width: int, ground: Ground) -> list[Line]:
    if cell.body is None:
        return []
    rows = cell.body(max(8, width - INDENT - 3))
    over = len(rows) - OPEN_ROWS
    drawn = [
        spread((*bar, *row.spans), (), width, ground if row.ground == "plain" else row.ground)
        for row in rows[:OPEN_ROWS]
    ]
    if over > 0:
        drawn.append(
            spread((*bar, (f"… {over:,} more rows · enter opens all of it", "dim")), (), width, ground)
        )
    return drawn
