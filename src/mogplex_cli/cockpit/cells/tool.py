"""Tool calls: the command or the target, how it ended, and the end of what it wrote."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext, outcome
from mogplex_cli.cockpit.kit.lines import Span
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line

VERBS = {
    "read_file": "read",
    "list_files": "list",
    "search": "search",
    "apply_patch": "patch",
    "delete_file": "delete",
    "read_memory": "recall",
    "write_memory": "remember",
}
"""Short words for our own tools; another tool is called by its name."""

LIVE_ROWS = 3
ALLOWED = "auto approved"
"""How the first line of a detail begins when it tells which rule allowed the call."""


def verb(tool: str) -> tuple[Span, ...]:
    """How a call of `tool` begins: `$` for a command, else a word."""
    if tool == "run_command":
        return (("$ ", "dim"),)
    return ((f"{VERBS.get(tool, one_line(tool, 30))} ", "dim"),)


def tool_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """One line, and below it what the tool writes now, or the line that matters of what it wrote."""
    target = one_line(entry.subject)
    return Cell(
        (context.name(entry), "normal"),
        (target, "normal"),
        lead=verb(entry.label) if target else ((one_line(entry.label, 40), "normal"),),
        note=outcome(entry),
        tail=_tail(entry, context),
        openable=bool(entry.detail),
    )


def _tail(entry: TimelineEntry, context: CellContext) -> tuple[str, ...]:
    live = context.outputs.get(entry.ref or "", "")
    if live:
        return _last(live, LIVE_ROWS)
    if entry.label != "run_command" or entry.status == "running":
        return ()
    allowed, _, rest = entry.detail.partition("\n")
    output = rest if allowed.startswith(ALLOWED) else entry.detail
    return _last(output, 1 if entry.status == "ok" else LIVE_ROWS)


def _last(output: str, rows: int) -> tuple[str, ...]:
    lines = [one_line(text, 240) for text in output[-2000:].splitlines() if text.strip()]
    return tuple(lines[-rows:])
