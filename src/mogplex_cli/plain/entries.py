"""Timeline entries as sentences: the words of the cockpit's cells, without their columns, glyphs and colours. Pure."""

import re

from mogplex_cli.cockpit.cells import CELLS
from mogplex_cli.cockpit.cells.base import CellContext
from mogplex_cli.cockpit.kit.words import duration
from mogplex_contracts.state.timeline import EntryKind, EntryStatus, TimelineEntry
from mogplex_contracts.text import visible

WHOLE: frozenset[EntryKind] = frozenset(("user", "message", "plan", "error", "diagnostic"))
"""Kinds that are told in full: there is nothing to open here."""
WORDS: dict[EntryStatus, str] = {
    "error": "failed",
    "denied": "denied",
    "interrupted": "interrupted",
    "expired": "expired",
}
"""What is said of an entry that did not go well, where its own note does not say it."""
STEPS = {"✓": "done:", "◆": "now:", "○": "later:", "✗": "given up:"}
"""What the mark of a plan's step says."""
MARKS = re.compile(r"[◆◇▲○●✓✗‖▍~↳]+")
"""Glyphs say nothing that a word beside them does not."""


def is_settled(entry: TimelineEntry) -> bool:
    """Whether nothing more of it is to come, so that it can be told."""
    return entry.status not in ("running", "waiting")


def entry_lines(entry: TimelineEntry, context: CellContext) -> list[str]:
    """The entry: who, what, how it ended; then a line for each line of what was said or written."""
    cell = CELLS[entry.kind](entry, context)
    lead = _words("".join(text for text, _ in cell.lead))
    text, *more = _text(entry, cell.text[0])
    note = _words("".join(text for text, _ in cell.note))
    facts = [note] if note and note != text else []
    word = WORDS.get(entry.status, "")
    if word and word not in f"{note} {text}".lower():
        facts.append(word)
    if entry.duration_ms is not None:
        facts.append(duration(entry.duration_ms))
    said = " ".join(part for part in (lead, text) if part)
    first = f"{cell.who[0].strip()}: {said}" if cell.who[0].strip() else said
    return [
        " · ".join((first, *facts)),
        *(f"  {row}" for row in more),
        *(f"  {visible(row)}" for row in cell.tail),
    ]


def _text(entry: TimelineEntry, drawn: str) -> list[str]:
    """The fact, a string a line, without empty ones; at least one."""
    whole = entry.detail if entry.kind in WHOLE and len(entry.detail) > len(entry.subject) else ""
    if entry.kind == "plan" and whole:
        steps = (f"{STEPS.get(step[:1], step[:1])}{step[1:]}" for step in whole.splitlines())
        whole = "\n".join((entry.subject, *steps))
    rows = [row for each in visible(whole).splitlines() if (row := each.rstrip())] if whole else []
    return rows or [_words(row) for row in drawn.splitlines()] or [""]


def _words(text: str) -> str:
    """Without glyphs and columns."""
    return " ".join(MARKS.sub(" ", text).split())
