"""MCP servers of a run."""

from typing import Any, Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.vocabulary import McpStatus


class McpTool(Wire):
    """A tool a server offers."""

    name: str
    """Its name at the server."""
    description: str = ""
    """What it does, as the server says it."""
    input_schema: dict[str, Any] = {}
    """JSON Schema of its arguments; empty when the server gave none."""


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
    """Why it cannot be used."""
    stderr: str = ""
    """The end of what it wrote to its stderr."""
    exit_code: int | None = None
    """How its process ended; null while it runs, and for servers that are no process."""
    source: str = ""
    """Where it is configured: a file, or `account`."""
    link: str = ""
    """Where a person signs in or changes its shared configuration: a web address; empty when there is none."""
    described: tuple[McpTool, ...] = ()
    """Its tools with all that is known of them, in the order of `tools`; may be empty when `tools` is not."""


McpEvent = McpServerChanged
