"""What an agent means to do."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line


def plan_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """How long the plan is; its steps are a key away."""
    return Cell((context.name(entry), "normal"), (one_line(entry.subject), "normal"), openable=True)
