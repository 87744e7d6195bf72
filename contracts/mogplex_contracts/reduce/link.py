"""Answers to one client. Only a snapshot changes the run's state: it replaces it."""

from mogplex_contracts.events.link import LinkEvent, Snapshot
from mogplex_contracts.state.run import RunState


def reduce(state: RunState, event: LinkEvent) -> RunState:
    """The run after an answer of its host."""
    return event.state if isinstance(event, Snapshot) else state
