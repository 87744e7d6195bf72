"""Text that is being written right now. Live-only: never in a checkpoint, never in the digest."""

from mogplex_contracts.base import Wire

LIVE_TAIL_CHARACTERS = 4_000
"""How much of a growing text is kept."""


class LiveText(Wire):
    """The end of a message, a reasoning or a tool's output that is still growing."""

    agent_id: str | None = None
    """Whose it is; null for tool output, whose call knows."""
    reasoning: bool = False
    """Whether it is reasoning."""
    text: str = ""
    """The last characters of it."""


class Live(Wire):
    """Everything that grows at this moment."""

    messages: dict[str, LiveText] = {}
    """By message id."""
    outputs: dict[str, LiveText] = {}
    """By tool call id."""
