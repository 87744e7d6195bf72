"""Several events at once."""

from collections.abc import Iterable

from mogplex_contracts.events import Event
from mogplex_daemon.harness.base import HarnessContext


async def emit_all(context: HarnessContext, events: Iterable[Event]) -> None:
    """Tell each, in order."""
    for event in events:
        await context.emit(event)
