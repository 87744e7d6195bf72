"""Agents that join, and how they end."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_cli.cockpit.kit.glyphs import ENTRY
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line


def agent_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """One line: joining is chrome, ending is news."""
    who = (context.name(entry), "normal")
    subject = one_line(entry.subject)
    note = one_line(entry.note, 40)
    if entry.status == "none":
        return Cell(who, (subject, "dim"), note=((note, "dim"),))
    glyph, token = ENTRY[entry.status]
    said = note if note != subject else ""
    return Cell(
        who,
        (subject, "normal"),
        lead=((f"{glyph} ", token),),
        note=((said, "dim"),),
        rows=2,
        openable=len(entry.detail) > len(subject),
    )
