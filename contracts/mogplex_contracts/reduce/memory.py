"""Context and memory."""

from typing import assert_never

from mogplex_contracts.events.memory import (
    ContextLoaded,
    MemoryDeleted,
    MemoryEvent,
    MemoryRead,
    MemoryWritten,
)
from mogplex_contracts.reduce.entries import add_entry
from mogplex_contracts.reduce.evolve import evolve, put, without
from mogplex_contracts.state.memory import ContextItem, Memory, MemoryEntry
from mogplex_contracts.state.run import RunState


def reduce(state: RunState, event: MemoryEvent) -> RunState:
    """The run after context was loaded, or memory read, written or deleted."""
    memory = state.memory
    match event:
        case ContextLoaded():
            item = ContextItem(kind=event.kind, path=event.path, tokens=event.tokens)
            return _with(state, evolve(memory, context=put(memory.context, event.path, item)))
        case MemoryRead():
            before = memory.entries.get(event.key)
            entry = MemoryEntry(
                key=event.key,
                text=event.text,
                written=before.written if before else False,
                agent_id=event.agent_id,
                at=event.ts,
            )
            return _with(state, evolve(memory, entries=put(memory.entries, event.key, entry)))
        case MemoryWritten():
            entry = MemoryEntry(
                key=event.key, text=event.text, written=True, agent_id=event.agent_id, at=event.ts
            )
            return _with(
                state,
                evolve(memory, entries=put(memory.entries, event.key, entry), writes=memory.writes + 1),
            )
        case MemoryDeleted():
            state = _with(state, evolve(memory, entries=without(memory.entries, event.key)))
            return add_entry(state, event, "memory", f"{event.key} deleted", label="memory", ref=event.key)
        case _:
            assert_never(event)


def _with(state: RunState, memory: Memory) -> RunState:
    return evolve(state, memory=memory)
