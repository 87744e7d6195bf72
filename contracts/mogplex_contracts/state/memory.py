"""What is in the agents' context, and what was remembered."""

from mogplex_contracts.base import Wire


class ContextItem(Wire):
    """Something in the agents' context."""

    kind: str
    """What sort of thing it is."""
    path: str
    """Where it came from."""
    tokens: int | None = None
    """How much room it takes; null when unknown."""


class MemoryEntry(Wire):
    """A memory entry the run has read or written."""

    key: str
    """Its name."""
    text: str
    """What it says."""
    written: bool = False
    """Whether this run wrote it."""
    agent_id: str | None = None
    """Who touched it last."""
    at: str = ""
    """When that was."""


class Memory(Wire):
    """Context and memory of the run."""

    context: dict[str, ContextItem] = {}
    """By path."""
    entries: dict[str, MemoryEntry] = {}
    """By key."""
    writes: int = 0
    """How many writes there were."""
