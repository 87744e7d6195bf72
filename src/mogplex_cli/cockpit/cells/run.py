"""Life of the run: what was asked, and how it stands."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_cli.cockpit.kit.glyphs import ENTRY
from mogplex_cli.cockpit.kit.lines import Span
from mogplex_cli.store.selectors.facts import HARNESS_LABELS
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line


def run_cell(entry: TimelineEntry, _: CellContext) -> Cell:
    """The task when the run began, later its status."""
    subject = one_line(entry.subject)
    if entry.label == "run":
        note = one_line(HARNESS_LABELS.get(entry.note, entry.note), 40)
        return Cell(("run", "accent_strong"), (subject, "strong"), note=((note, "dim"),), rows=3)
    glyph, token = ENTRY[entry.status]
    lead: tuple[Span, ...] = ((f"{glyph} ", token),) if glyph.strip() else ()
    note = "" if entry.note in ("operator", subject) else one_line(entry.note, 40).replace("_", " ")
    return Cell(("run", "accent_strong"), (subject, "bright"), lead=lead, note=((note, "dim"),), rows=3)
