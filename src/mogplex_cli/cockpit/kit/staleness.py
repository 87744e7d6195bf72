"""How a heading says that what stands below it may be behind."""

from mogplex_cli.cockpit.kit.lines import Span
from mogplex_cli.cockpit.kit.words import ago
from mogplex_cli.store.selectors.facts import Stale


def as_of(stale: Stale | None, *, short: bool = False) -> tuple[Span, ...]:
    """`as of @214, 12 s ago`, without its first words when `short`; nothing when it is up to date."""
    if stale is None:
        return ()
    return ((f"  {'' if short else 'as of '}@{stale.seq}, {ago(stale.seconds)} ago", "warn"),)
