"""What people and agents say."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line, visible

ROWS = 3
ALWAYS_FITS = 80
"""A text shorter than this has nothing to open, even where the column is narrow enough to wrap it."""


def user_cell(entry: TimelineEntry, _: CellContext) -> Cell:
    """What the person said."""
    text = _lines(entry)
    return Cell(("you", "accent_strong"), (text, "bright"), rows=ROWS, openable=_longer(entry))


def message_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """What an agent said; a mark at its end while it is still writing."""
    text = _lines(entry)
    if entry.status == "running":
        return Cell((context.name(entry), "normal"), (f"{text}▍", "bright"), rows=ROWS)
    return Cell((context.name(entry), "normal"), (text, "bright"), rows=ROWS, openable=_longer(entry))


def reasoning_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """What an agent thought: quieter than what it says."""
    text = one_line(entry.subject, 1000)
    mark = "▍" if entry.status == "running" else ""
    return Cell(
        (context.name(entry), "normal"),
        (text + mark, "dim"),
        lead=(("~ ", "dim"),),
        rows=ROWS if mark else 1,
        openable=_longer(entry),
    )


def _lines(entry: TimelineEntry) -> str:
    """The text in its own lines, without the empty ones."""
    return "\n".join(text for each in visible(entry.subject).splitlines() if (text := each.strip()))


def _longer(entry: TimelineEntry) -> bool:
    return entry.status != "running" and (len(entry.detail) > ALWAYS_FITS or "\n" in entry.detail.strip())
