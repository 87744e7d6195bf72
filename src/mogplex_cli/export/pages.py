"""All events of a run, oldest first, by asking for page after page of older ones."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from mogplex_cli.transport.base import Answer, LookBack, TransportFailed
from mogplex_contracts.commands.session import HistoryPage
from mogplex_contracts.events.link import History
from mogplex_contracts.ids import new_id

PAGE_EVENTS = 1000


async def pages(
    ask: Callable[[LookBack], Awaitable[Answer]], run_id: str, last_seq: int
) -> AsyncIterator[tuple[dict[str, Any], ...]]:
    """Events 1 to `last_seq`. A page ends where it was asked to, but may begin later: then that part comes first.

    Raises TransportFailed.
    """
    for start in range(1, last_seq + 1, PAGE_EVENTS):
        parts: list[tuple[dict[str, Any], ...]] = []
        end = min(start + PAGE_EVENTS, last_seq + 1)
        while end > start:
            asked = HistoryPage(id=new_id("cmd"), run_id=run_id, before_seq=end, limit=end - start)
            answer = await ask(asked)
            if not isinstance(answer, History):
                raise TransportFailed("older events were asked for, and something else was answered")
            fresh = tuple(event for event in answer.events if event["seq"] >= start)
            if not fresh:
                break
            parts.append(fresh)
            end = fresh[0]["seq"]
        for part in reversed(parts):
            yield part
