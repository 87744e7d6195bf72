"""Changes to files."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_cli.cockpit.kit.glyphs import ENTRY
from mogplex_cli.cockpit.kit.lines import Span
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line


def patch_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """The files and how much changes in them."""
    return Cell(
        (context.name(entry), "normal"),
        (one_line(entry.subject), "bright"),
        lead=(("patch ", "dim"),),
        note=(*_counts(one_line(entry.note, 40)), *_end(entry)),
        openable=True,
    )


def _counts(note: str) -> tuple[Span, ...]:
    added, _, removed = note.partition(" ")
    if not added.startswith("+") or not removed.startswith("−"):
        return ((note, "dim"),)
    return ((added, "add"), (" ", "dim"), (removed, "remove"))


def _end(entry: TimelineEntry) -> tuple[Span, ...]:
    glyph, token = ENTRY[entry.status]
    return () if entry.status in ("none", "waiting", "running") else (("  ", "dim"), (glyph, token))
