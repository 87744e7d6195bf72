"""MCP servers as last heard."""

from mogplex_contracts.base import Wire
from mogplex_contracts.events.mcp import McpTool
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
    stderr: str = ""
    """The end of what it wrote to its stderr."""
    exit_code: int | None = None
    """How its process ended; null while it runs."""
    source: str = ""
    """Where it is configured."""
    link: str = ""
    """Where a person signs in or changes its configuration."""
    described: tuple[McpTool, ...] = ()
    """Its tools with all that is known of them."""
