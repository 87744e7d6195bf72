"""How far the run's journal was looked through for entries that are not at hand, and what was found there. Pure."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mogplex_contracts.entry_query import EntryQuery
from mogplex_contracts.state.timeline import TimelineEntry

if TYPE_CHECKING:
    from mogplex_contracts.events.link import Found

LookFor = Literal["search", "landmarks"]
LISTED = 2_000
"""Entries that are kept of what was found, the newest."""


@dataclass(frozen=True, slots=True)
class Look:
    """It goes from the beginning of the run on, and can be stopped and gone on with."""

    query: EntryQuery | None = None
    """What is looked for; None for nothing yet."""
    found: tuple[TimelineEntry, ...] = ()
    """Ascending, without details."""
    unlisted: int = 0
    """How many were found before those."""
    to_seq: int = 0
    """The last event that was looked at."""
    before: int = 0
    """Every entry with a lower index was looked at."""
    going: bool = False
    turn: int = 0
    """How often it was begun: a step that was asked for before belongs to none that was begun since."""


NOT_LOOKED = Look()


def begun(look: Look, query: EntryQuery) -> Look:
    """Goes on where it was stopped, or anew with another question."""
    kept = look if look.query == query else Look(query)
    return replace(kept, going=True, turn=look.turn + 1)


def stepped(look: Look, turn: int, step: "Found") -> Look:
    """With what one more step found."""
    if not look.going or look.turn != turn:
        return look
    found = (*look.found, *step.entries)
    return replace(
        look,
        found=found[-LISTED:],
        unlisted=look.unlisted + max(0, len(found) - LISTED),
        to_seq=max(look.to_seq, step.to_seq),
        before=max(look.before, step.before),
    )


def stopped(look: Look) -> Look:
    """It goes on no more; what was found stays."""
    return replace(look, going=False) if look.going else look
