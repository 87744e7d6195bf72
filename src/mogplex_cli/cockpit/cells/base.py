"""What a timeline cell is: the words of one entry, and how they stand in columns. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from mogplex_cli.cockpit.kit.glyphs import ENTRY
from mogplex_cli.cockpit.kit.lines import Line, Span, clip, line, pad, right, spread, wrap
from mogplex_cli.cockpit.kit.words import clock_time, duration
from mogplex_contracts.state.timeline import TimelineEntry

WHO_CELLS = 9
DURATION_CELLS = 7
WIDE = 60
"""From this width on, a duration stands beside the note; below it, only where there is no note."""


@dataclass(frozen=True, slots=True)
class CellContext:
    """What a cell may know beside its entry."""

    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Agent names by id."""
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    """Live output by call id."""
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
    tail: tuple[str, ...] = ()
    """Rows of output below it."""
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
    took = duration(entry.duration_ms) if entry.duration_ms is not None else ""
    figures: tuple[Span, ...] = cell.note
    if took:
        figures = (
            (*figures, (right(took, DURATION_CELLS + 1), "dim"))
            if width >= WIDE
            else figures or ((took, "dim"),)
        )
    figures = clip((*figures, (" ▸" if cell.openable else "  ", "dim")), max(12, width // 2))
    who, who_token = cell.who
    head: tuple[Span, ...] = (
        ("▌" if selected else " ", "accent"),
        (clock_time(entry.ts, context.zone), "dim"),
        ("  ", "normal"),
        (pad(who, WHO_CELLS), who_token),
        (" ", "normal"),
    )
    indent = sum(len(text) for text, _ in head[:3]) + WHO_CELLS + 1
    lead_width = line(*cell.lead).width
    text, token = cell.text
    room = width - indent - lead_width - line(*figures).width - 1
    rows = wrap(text, room, cell.rows) if cell.rows > 1 else [text]
    drawn = [spread((*head, *cell.lead, (rows[0], token)), figures, width, ground)]
    edge: Span = (("▌" if selected else " ") + " " * (indent + lead_width - 1), "accent")
    drawn.extend(spread((edge, (row, token)), (), width, ground) for row in rows[1:])
    bar: Span = (("▌" if selected else " ") + " " * (indent - 1), "accent")
    drawn.extend(spread((bar, ("│ ", "faint"), (row, "dim")), (), width, ground) for row in cell.tail)
    return drawn
