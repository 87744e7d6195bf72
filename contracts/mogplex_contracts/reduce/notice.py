"""Errors and diagnostics."""

from typing import assert_never

from mogplex_contracts.events.notice import Diagnostic, Error, NoticeEvent
from mogplex_contracts.events.unknown import UnknownEvent
from mogplex_contracts.reduce.entries import add_entry
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state.run import RunState


def reduce(state: RunState, event: NoticeEvent | UnknownEvent) -> RunState:
    """The run after something worth telling; an unknown event is told of, and changes nothing else."""
    match event:
        case Error():
            return add_entry(
                evolve(state, errors=state.errors + 1),
                event,
                "error",
                event.message,
                agent_id=event.agent_id,
                status="error",
                label=event.code,
                detail=event.message,
            )
        case Diagnostic():
            return add_entry(
                state,
                event,
                "diagnostic",
                event.message,
                agent_id=event.agent_id,
                label=event.code,
                detail=event.message,
            )
        case UnknownEvent():
            message = f"an event of the unknown type {event.type}; a newer Mogplex may show it"
            return add_entry(state, event, "diagnostic", message, label="unknown_event", detail=message)
        case _:
            assert_never(event)
