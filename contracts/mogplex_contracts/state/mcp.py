"""MCP servers as last heard."""

from mogplex_contracts.base import Wire
from mogplex_contracts.vocabulary import McpStatus


class McpServer(Wire):
    """One server."""

    server: str
    """Its name."""
    status: McpStatus
    """Whether it can be used."""
    tools: tuple[str, ...] = ()
    """What it offers."""
    error: str | None = None
    """Why it cannot be used."""
