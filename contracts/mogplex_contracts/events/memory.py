"""What agents were given to know, and what they wrote down."""

from typing import Literal

from mogplex_contracts.envelope import EventBase


class ContextLoaded(EventBase):
    """Something was put into the agents' context."""

    type: Literal["context_loaded"] = "context_loaded"
    kind: Literal["instructions", "file", "skill", "memory", "config"]
    """What sort of thing it is."""
    path: str
    """Where it came from: a path or a key."""
    tokens: int | None = None
    """How much of the context it takes; null when unknown."""


class MemoryRead(EventBase):
    """An agent read a memory entry."""

    type: Literal["memory_read"] = "memory_read"
    key: str
    """Which entry."""
    agent_id: str | None = None
    """Who read it."""
    text: str = ""
    """What it says."""


class MemoryWritten(EventBase):
    """A memory entry was written; it replaces the one of the same key."""

    type: Literal["memory_written"] = "memory_written"
    key: str
    """Which entry."""
    text: str
    """What it says now."""
    agent_id: str | None = None
    """Who wrote it; null for a person."""


class MemoryDeleted(EventBase):
    """A memory entry is gone."""

    type: Literal["memory_deleted"] = "memory_deleted"
    key: str
    """Which entry."""


MemoryEvent = ContextLoaded | MemoryRead | MemoryWritten | MemoryDeleted
