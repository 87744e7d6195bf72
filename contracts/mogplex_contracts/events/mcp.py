"""MCP servers of a run."""

from typing import Literal

from mogplex_contracts.envelope import EventBase
from mogplex_contracts.vocabulary import McpStatus


class McpServerChanged(EventBase):
    """An MCP server's condition changed. Says all that is known of it now."""

    type: Literal["mcp_server_changed"] = "mcp_server_changed"
    server: str
    """Name of the server."""
    status: McpStatus
    """Whether it can be used."""
    tools: tuple[str, ...] = ()
    """Names of the tools it offers."""
    error: str | None = None
    """Why it cannot be used, with the end of its stderr."""


McpEvent = McpServerChanged
