"""What people and agents say."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line, visible

ALWAYS_FITS = 80
"""A text shorter than this has nothing to open, even where the column is narrow enough to wrap it."""
ROWS = 8
"""Rows of what is said before one has to open it."""
THOUGHT_ROWS = 3
"""Rows of a thought while it is being thought."""


def user_cell(entry: TimelineEntry, _: CellContext) -> Cell:
    """What the person said, as it was typed."""
    text = _lines(entry)
    return Cell(("you", "accent_strong"), (text, "bright"), rows=ROWS, openable=_longer(entry))


def message_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """What an agent said; while it is still writing, the end of it."""
    return Cell(
        (context.name(entry), "normal"),
        (_lines(entry), "bright"),
        prose=visible(entry.subject) or " ",
        rows=ROWS,
        growing=entry.status == "running",
        openable=_longer(entry),
    )


def reasoning_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """What an agent thought: quieter than what it says, and folded once it is thought."""
    growing = entry.status == "running"
    flat = one_line(entry.subject, 1000)
    return Cell(
        (context.name(entry), "normal"),
        (flat, "dim"),
        lead=(("~ ", "dim"),),
        prose=flat if growing else "",
        growing=growing,
        rows=THOUGHT_ROWS if growing else 1,
        openable=_longer(entry),
    )


def _lines(entry: TimelineEntry) -> str:
    """The text in its own lines, without the empty ones."""
    return "\n".join(text for each in visible(entry.subject).splitlines() if (text := each.strip()))


def _longer(entry: TimelineEntry) -> bool:
    """Whether there may be more of it than fits into its rows."""
    text = entry.detail.strip()
    return entry.status != "running" and (len(text) > ALWAYS_FITS or "\n" in text)
