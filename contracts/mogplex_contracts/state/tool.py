"""Tool calls that have not ended."""

from mogplex_contracts.base import Wire
from mogplex_contracts.vocabulary import ActionKind


class OpenCall(Wire):
    """A tool call in flight."""

    call_id: str
    """Id of the call."""
    agent_id: str
    """Who calls."""
    tool: str
    """Name of the tool."""
    action: ActionKind
    """What kind of thing it does."""
    target: str
    """What it is done to."""
    started_at: str
    """When it began."""
    entry: int
    """Its timeline index."""
