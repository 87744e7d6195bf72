"""A cell that was opened in place: all of what is said, and below it what the entry has beside."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mogplex_cli.cockpit.cells.base import OPEN_ROWS, Cell, CellContext
from mogplex_cli.cockpit.kit.diff_lines import diff_lines
from mogplex_cli.cockpit.kit.lines import Line, Token, line, wrap, wrap_exact
from mogplex_contracts.state.timeline import EntryKind, TimelineEntry
from mogplex_contracts.text import visible

SAID: dict[EntryKind, Token] = {"message": "bright", "reasoning": "dim"}
"""Kinds whose own text opens, as Markdown, and how it looks."""
EXACT: frozenset[EntryKind] = frozenset(("tool", "approval", "mcp"))
"""Kinds whose text is a command, a path or output: broken only where a row is full."""


def opened(cell: Cell, entry: TimelineEntry, context: CellContext) -> Cell:
    """The same cell with everything that is known of its entry."""
    whole = visible(entry.detail if len(entry.detail) > len(entry.subject) else entry.subject)
    if entry.kind in SAID:
        text, _ = cell.text
        return replace(
            cell,
            text=(text, SAID[entry.kind]),
            prose=whole or " ",
            growing=False,
            rows=OPEN_ROWS,
            is_open=True,
        )
    if entry.kind == "user":
        return replace(cell, text=(whole, "bright"), rows=OPEN_ROWS, is_open=True)
    return replace(cell, rows=max(cell.rows, 20), tail=(), body=_body(entry, context), is_open=True)


def _body(entry: TimelineEntry, context: CellContext) -> Callable[[int], Sequence[Line]]:
    ref = entry.ref or ""
    diff, live, detail = context.diffs.get(ref, ""), context.outputs.get(ref, ""), entry.detail.strip()

    def draw(width: int) -> list[Line]:
        rows: list[Line] = []
        if detail and detail != entry.subject.strip():
            breaking = wrap_exact if entry.kind in EXACT else wrap
            rows.extend(line((row, "normal")) for row in breaking(visible(detail), width))
        if diff:
            rows.extend(diff_lines(visible(diff), width))
        if live:
            rows.extend(line((row, "normal")) for row in wrap_exact(visible(live).rstrip(), width))
        return rows or [line(("nothing more is known of it", "dim"))]

    return draw
