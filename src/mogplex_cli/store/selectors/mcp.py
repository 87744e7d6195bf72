"""The MCP strip."""

from typing import NamedTuple

from mogplex_cli.store.state import CockpitState
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import McpStatus


class McpProps(NamedTuple):
    """Servers and whether each can be used, in the order they were heard of."""

    servers: tuple[tuple[str, McpStatus], ...] = ()


def select_mcp(state: CockpitState) -> McpProps:
    """The strip's values."""
    return McpProps(tuple((one_line(server.server, 40), server.status) for server in state.run.mcp.values()))
