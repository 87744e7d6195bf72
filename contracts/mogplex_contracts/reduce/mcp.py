"""MCP servers."""

from mogplex_contracts.events.mcp import McpEvent
from mogplex_contracts.reduce.entries import add_entry
from mogplex_contracts.reduce.evolve import evolve, put
from mogplex_contracts.state.mcp import McpServer
from mogplex_contracts.state.run import RunState

STDERR_CHARACTERS = 4_000
"""How much of a server's stderr the state keeps: its end."""
TOOLS_DESCRIBED = 200
"""How many tools of a server the state keeps with their schemas."""


def reduce(state: RunState, event: McpEvent) -> RunState:
    """The run after a server's condition changed. Only a change of status is worth a timeline entry."""
    before = state.mcp.get(event.server)
    server = McpServer(
        server=event.server,
        status=event.status,
        tools=event.tools,
        error=event.error,
        stderr=event.stderr[-STDERR_CHARACTERS:],
        exit_code=event.exit_code,
        source=event.source,
        link=event.link,
        described=event.described[:TOOLS_DESCRIBED],
    )
    state = evolve(state, mcp=put(state.mcp, event.server, server))
    if before is not None and before.status == event.status:
        return state
    failed = event.status in ("degraded", "unavailable", "needs_auth")
    return add_entry(
        state,
        event,
        "mcp",
        f"{event.server} {event.status.replace('_', ' ')}",
        label=event.server,
        status="error" if failed else "none",
        note=_tools(len(event.tools)),
        detail=event.error or "",
    )


def _tools(count: int) -> str:
    if not count:
        return ""
    return "1 tool" if count == 1 else f"{count} tools"
