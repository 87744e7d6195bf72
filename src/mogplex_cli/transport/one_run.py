"""Makes one run at a time of a piped stream, which may name no run, begin in the middle of one, or hold several."""

from typing import get_args

from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import LinkEvent, Snapshot
from mogplex_contracts.events.run import RunStarted
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import CHUNK_ENTRIES, WINDOW_CHUNKS, Timeline

ANSWERS = get_args(LinkEvent)
"""Events of a connection; of these only a snapshot tells of a run."""
UNNAMED = "stdin"
"""What a run is called that says no name of its own."""


class OneRun:
    """Remembers which run the stream tells of."""

    def __init__(self) -> None:
        self.run_id = ""
        """The run of the last event; empty before the first."""
        self._started = False

    def admit(self, event: Event) -> tuple[Event, ...]:
        """The events to reduce for this one; none when it is of a run that is not the one shown.

        A run that begins replaces the one before it. One that is met in the middle begins with an empty state.
        Raises InvalidLine for a snapshot that contradicts itself.
        """
        if isinstance(event, Snapshot):
            return (self._snapshot(event),)
        if isinstance(event, ANSWERS):
            return (event,)
        named = event.run_id or self.run_id or UNNAMED
        begins = isinstance(event, RunStarted)
        if begins and not event.run_id:
            event = evolve(event, run_id=named)
        again = begins and self._started and event.seq is None
        if named == self.run_id and not again:
            self._started = self._started or begins
            return (event,)
        if self.run_id and not begins:
            return ()
        first = not self.run_id and begins
        self.run_id, self._started = named, begins
        return (event,) if first else (_blank(named), event)

    def _snapshot(self, event: Snapshot) -> Snapshot:
        state = event.state
        if not _holds_together(state.timeline):
            raise InvalidLine("state.timeline: its count, its chunks and the indexes of its entries disagree")
        if not state.run_id:
            state = evolve(state, run_id=event.run_id or self.run_id or UNNAMED)
        self.run_id, self._started = state.run_id, True
        return evolve(event, state=state)


def _blank(run_id: str) -> Snapshot:
    return Snapshot(run_id=run_id, at_seq=0, state=RunState(run_id=run_id, status="running"))


def _holds_together(timeline: Timeline) -> bool:
    """Whether the window is what the reducers would have made: they count on it."""
    *full, last = timeline.chunks or ((),)
    return (
        all(len(chunk) == CHUNK_ENTRIES for chunk in full)
        and len(last) <= CHUNK_ENTRIES
        and len(timeline.chunks) <= WINDOW_CHUNKS
        and [entry.index for entry in timeline.entries()] == list(range(timeline.first, timeline.count))
    )
