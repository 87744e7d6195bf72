"""Errors, diagnostics, limits, models, MCP servers and memory: a label, a fact, a figure."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line

ERROR_ROWS = 8


def error_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """Something went wrong: what, where and what now, and so in as many rows as they are likely to take."""
    return Cell(
        (context.name(entry) or "error", "danger"),
        (one_line(entry.subject, 1000), "danger"),
        lead=(("✗ ", "danger"),),
        note=((one_line(entry.label, 30).replace("_", " "), "dim"),),
        rows=ERROR_ROWS,
        openable=True,
    )


def diagnostic_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """Worth knowing, not an error."""
    return Cell(
        (context.name(entry) or "note", "dim"),
        (one_line(entry.subject, 1000), "normal"),
        rows=2,
        openable=len(entry.subject) > 80,
    )


def usage_cell(entry: TimelineEntry, _: CellContext) -> Cell:
    """A limit that comes near or is passed."""
    token = "warn" if entry.status == "none" else "danger"
    return Cell(
        ("limit", token),
        (one_line(entry.subject), "bright"),
        lead=(("▲ ", token),),
        note=((one_line(entry.note, 20), token),),
    )


def model_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """Which model works from now on, and why."""
    name = context.name(entry)
    subject = one_line(entry.subject) + (f"  {name}" if name else "")
    return Cell((entry.label, "dim"), (subject, "normal"), note=((one_line(entry.note, 60), "dim"),))


def mcp_cell(entry: TimelineEntry, _: CellContext) -> Cell:
    """A server that changed its condition."""
    failed = entry.status == "error"
    return Cell(
        ("mcp", "warn" if failed else "dim"),
        (one_line(entry.subject), "normal"),
        lead=(("◆ ", "warn"),) if failed else (),
        note=((one_line(entry.note, 30), "dim"),),
        openable=bool(entry.detail),
    )


def memory_cell(entry: TimelineEntry, _: CellContext) -> Cell:
    """Memory that changed without a tool call."""
    return Cell(("memory", "dim"), (one_line(entry.subject), "normal"))
