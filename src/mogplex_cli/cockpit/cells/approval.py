"""Decisions: how risky, about what, and how each ended."""

from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_cli.cockpit.cells.tool import verb
from mogplex_cli.cockpit.kit.glyphs import ENTRY, RISK
from mogplex_cli.cockpit.kit.lines import Span, pad
from mogplex_cli.cockpit.kit.words import minutes
from mogplex_cli.store.selectors.facts import seconds_since
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line

RULE_SAID_NO = "auto rejected"
"""How the note of an approval reads that a rule decided."""


def approval_cell(entry: TimelineEntry, context: CellContext) -> Cell:
    """What waits stands out; what was decided steps back."""
    glyph, word, token = RISK[entry.risk or "medium"]
    waiting = entry.status == "waiting"
    risk: Span = (f"{glyph} {pad(word, 6)}  ", token if waiting else "dim")
    return Cell(
        ("approval", "warn" if waiting else "dim"),
        (one_line(entry.subject), "bright" if waiting else "normal"),
        lead=(risk, *verb(entry.label)),
        note=_note(entry, context),
        tail=_why(entry),
        openable=True,
    )


def _why(entry: TimelineEntry) -> tuple[str, ...]:
    """The rule and the file that said no: nobody was asked, so nobody knows it yet."""
    if entry.note != RULE_SAID_NO:
        return ()
    return (one_line(entry.detail.removeprefix(f"{RULE_SAID_NO} · "), 240),)


def _note(entry: TimelineEntry, context: CellContext) -> tuple[Span, ...]:
    if entry.status == "waiting":
        return (("waits ", "warn"), (minutes(seconds_since(entry.ts, context.now)), "warn"))
    glyph, token = ENTRY[entry.status]
    return ((f"{glyph} ", token), (one_line(entry.note, 40), token if entry.status != "ok" else "dim"))
