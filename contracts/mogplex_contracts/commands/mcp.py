"""Commands about MCP servers."""

from typing import Literal

from mogplex_contracts.envelope import CommandBase


class McpReconnect(CommandBase):
    """Try a server again."""

    type: Literal["mcp_reconnect"] = "mcp_reconnect"
    server: str
    """Which server."""


McpCommand = McpReconnect
