"""Earlier places of a run: the state there is made by the same reducer, from a state that was looked up."""

from dataclasses import replace

from mogplex_cli.store.state import Past
from mogplex_contracts.events import Event
from mogplex_contracts.reduce import replay
from mogplex_contracts.state import RunState


def opened(base: RunState, events: tuple[Event, ...], at_seq: int) -> Past:
    """The run at `at_seq`, with what was looked up around it."""
    return Past(base, events, replay(_up_to(events, at_seq), base))


def moved(past: Past, at_seq: int) -> Past:
    """The same at another place among the events at hand."""
    forward = at_seq >= past.seq
    return replace(past, run=replay(_up_to(past.events, at_seq), past.run if forward else past.base))


def at_hand(past: Past | None, at_seq: int) -> bool:
    """Whether the place can be shown without asking anyone."""
    if past is None or not past.events:
        return False
    return past.base.last_seq < at_seq <= (past.events[-1].seq or 0)


def _up_to(events: tuple[Event, ...], at_seq: int) -> list[Event]:
    return [event for event in events if event.seq is not None and event.seq <= at_seq]
