"""The timeline's first row: what is filtered and looked for, and how much is below. Pure."""

from typing import NamedTuple

from mogplex_cli.cockpit.kit.lines import Line, Span, clip, cut, line, spread
from mogplex_cli.cockpit.kit.staleness import as_of
from mogplex_cli.store.selectors.facts import Stale

NEEDLE_CELLS = 8
"""So much of what is looked for is shown in any case."""


class HeadingProps(NamedTuple):
    """Everything that row can say."""

    following: bool
    below: int = 0
    """Entries below the last row."""
    new: int = 0
    """How many of them came since it stands still."""
    filter: str = ""
    shown: int = 0
    """Entries that pass the filter, of those at hand."""
    search: str = ""
    match: int = 0
    """Which match the cursor is on, from 1; 0 for none."""
    matches: int = 0
    """How many are known."""
    unsearched: tuple[int, int] | None = None
    """The events from one to before the other were not searched; None when all of the run was."""
    searching: bool = False
    """Whether they are being searched."""
    marked: int = 0
    """Entries in the range that is being selected; 0 while none is."""
    stale: Stale | None = None


def heading(props: HeadingProps, width: int) -> Line:
    """The row; what is being done stands before what is only so."""
    end = _end(props)
    room = max(10, width - line(end).width - 1)
    left = _left(props, props.search)
    over = line(*left).width - room
    if props.search and over > 0:
        # What was typed is known to whoever typed it: it gives way before what was found does.
        left = _left(props, cut(props.search, max(NEEDLE_CELLS, line((props.search, "dim")).width - over)))
    return spread(clip(left, room), (end,), width)


def _left(props: HeadingProps, needle: str) -> tuple[Span, ...]:
    left: tuple[Span, ...] = ((" TIMELINE", "dim"), *as_of(props.stale))
    if props.marked:
        noun = "entry" if props.marked == 1 else "entries"
        left = (*left, (f"  {props.marked} {noun} selected", "accent"), ("  y copies", "dim"))
    if props.search:
        left = (*left, ("  find ", "dim"), (f"“{needle}”", "accent"), (_found(props), "normal"))
        left = (*left, *_beyond(props))
    if props.filter:
        left = (*left, ("  only ", "dim"), (props.filter, "accent"), (f" {props.shown:,}", "normal"))
    if props.marked or props.search or props.filter:
        left = (*left, ("  esc stops" if props.searching else "  esc clears", "dim"))
    return left


def _found(props: HeadingProps) -> str:
    known = f"{props.matches:,}{'+' if props.unsearched else ''}"
    if not props.matches and props.unsearched:
        return "" if props.searching else " not here"
    if not props.matches:
        return " nowhere"
    return f" {props.match:,} of {known}" if props.match else f" {known} found"


def _beyond(props: HeadingProps) -> tuple[Span, ...]:
    """What of the run was not searched, and what leads on."""
    if props.unsearched is None:
        return ()
    first, end = props.unsearched
    if props.searching:
        return ((f" · searching @{first:,} of @{end:,}", "accent"),)
    if first == 1:
        return ((f" · searched to @{end:,}", "dim"),)
    return ((f" · not searched @{first:,} to @{end:,}  n goes on", "dim"),)


def _end(props: HeadingProps) -> Span:
    if props.following:
        return ("follow ▼ ", "dim")
    if props.new:
        return (f"{props.new:,} new below ▼ end ", "accent")
    return (f"{props.below:,} below ▼ end ", "dim") if props.below else ("end follows ", "dim")
