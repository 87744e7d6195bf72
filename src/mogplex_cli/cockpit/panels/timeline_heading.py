"""The timeline's first row: what is filtered and looked for, and how much is below. Pure."""

from typing import NamedTuple

from mogplex_cli.cockpit.kit.lines import Line, Span, clip, line, spread
from mogplex_cli.cockpit.kit.staleness import as_of
from mogplex_cli.store.selectors.facts import Stale


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
    marked: int = 0
    """Entries in the range that is being selected; 0 while none is."""
    stale: Stale | None = None


def heading(props: HeadingProps, width: int) -> Line:
    """The row; what is being done stands before what is only so."""
    left: tuple[Span, ...] = ((" TIMELINE", "dim"), *as_of(props.stale))
    if props.marked:
        noun = "entry" if props.marked == 1 else "entries"
        left = (*left, (f"  {props.marked} {noun} selected", "accent"), ("  y copies", "dim"))
    if props.search:
        left = (*left, ("  find ", "dim"), (f"“{props.search}”", "accent"), (f" {_found(props)}", "normal"))
    if props.filter:
        left = (*left, ("  only ", "dim"), (props.filter, "accent"), (f" {props.shown:,}", "normal"))
    if props.marked or props.search or props.filter:
        left = (*left, ("  esc clears", "dim"))
    end = _end(props)
    return spread(clip(left, max(10, width - line(end).width - 1)), (end,), width)


def _found(props: HeadingProps) -> str:
    if not props.matches:
        return "not here"
    return f"{props.match:,} of {props.matches:,}" if props.match else f"{props.matches:,} found"


def _end(props: HeadingProps) -> Span:
    if props.following:
        return ("follow ▼ ", "dim")
    if props.new:
        return (f"{props.new:,} new below ▼ end ", "accent")
    return (f"{props.below:,} below ▼ end ", "dim") if props.below else ("end follows ", "dim")
