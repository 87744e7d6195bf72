"""`reduce(state, event) -> state`: pure, total, and the only way a run state comes to be.

Each family has its own file of the same stem as its events; FAMILIES says which file answers for which type.
"""

from collections.abc import Callable, Iterable
from functools import reduce as fold
from typing import Any, get_args

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentEvent
from mogplex_contracts.events.approval import ApprovalEvent
from mogplex_contracts.events.link import LinkEvent
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.memory import MemoryEvent
from mogplex_contracts.events.message import MessageEvent
from mogplex_contracts.events.model import ModelEvent
from mogplex_contracts.events.notice import NoticeEvent
from mogplex_contracts.events.patch import PatchEvent
from mogplex_contracts.events.run import RunEvent
from mogplex_contracts.events.tool import ToolEvent
from mogplex_contracts.events.unknown import UnknownEvent
from mogplex_contracts.events.usage import UsageEvent
from mogplex_contracts.reduce import (
    agent,
    approval,
    link,
    mcp,
    memory,
    message,
    model,
    notice,
    patch,
    run,
    tool,
    usage,
)
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state.run import RunState

Reducer = Callable[[RunState, Any], RunState]

FAMILIES: tuple[tuple[tuple[type, ...], Reducer], ...] = (
    (get_args(RunEvent), run.reduce),
    (get_args(AgentEvent), agent.reduce),
    (get_args(MessageEvent), message.reduce),
    (get_args(ToolEvent), tool.reduce),
    (get_args(PatchEvent), patch.reduce),
    (get_args(ApprovalEvent), approval.reduce),
    ((McpServerChanged,), mcp.reduce),
    (get_args(MemoryEvent), memory.reduce),
    (get_args(ModelEvent), model.reduce),
    (get_args(UsageEvent), usage.reduce),
    ((*get_args(NoticeEvent), UnknownEvent), notice.reduce),
    (get_args(LinkEvent), link.reduce),
)
"""Which reducer answers for which event types."""

ASIDES = (*get_args(NoticeEvent), UnknownEvent)
"""What is no part of a journaled run when it comes live: the cockpit tells it to the person beside the run."""

_REDUCERS: dict[type, Reducer] = {each: reducer for types, reducer in FAMILIES for each in types}


def reduce(state: RunState, event: Event) -> RunState:
    """The state after `event`.

    An event whose `seq` is already in the state changes nothing. Nor does a live notice about a run that has
    a journal: the state of such a run is what its journal says, and equal for everyone who follows it.
    """
    if event.seq is None:
        aside = state.last_seq > 0 and isinstance(event, ASIDES)
        return state if aside else _REDUCERS[type(event)](state, event)
    if event.seq <= state.last_seq:
        return state
    state = evolve(
        state,
        last_seq=event.seq,
        last_ts=event.ts or state.last_ts,
        missing=state.missing + event.seq - state.last_seq - 1,
    )
    return _REDUCERS[type(event)](state, event)


def replay(events: Iterable[Event], state: RunState | None = None) -> RunState:
    """The state after all of `events`, in their order."""
    return fold(reduce, events, state or RunState())
