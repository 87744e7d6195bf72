"""Every MCP server of the run with everything known of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from mogplex_cli.store.selectors.facts import Stale, staleness
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.mcp import McpTool
from mogplex_contracts.state.mcp import McpServer
from mogplex_contracts.text import one_line, visible
from mogplex_contracts.vocabulary import McpStatus


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One tool."""

    name: str
    description: str
    arguments: tuple[tuple[str, str, bool], ...]
    """Name, type, and whether it is needed."""
    schema: str
    """The JSON Schema, indented; empty when the server gave none."""


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One server."""

    server: str
    name: str
    """Safe to show."""
    status: McpStatus
    why: str
    """Why it cannot be used; empty when it can."""
    stderr: tuple[str, ...]
    """The end of what it wrote, line by line."""
    exit_code: int | None
    source: str
    link: str
    """A web address; empty when there is none, or it is none."""
    tools: tuple[ToolRow, ...]


@dataclass(frozen=True, slots=True)
class McpDetailProps:
    """The drawer's values."""

    servers: tuple[ServerRow, ...] = ()
    first: str = ""
    """The server to begin with; empty for the first that cannot be used."""
    ready: int = 0
    enabled: int = 0
    empty: str = ""
    stale: Stale | None = None


def select_mcp_detail(state: CockpitState) -> McpDetailProps:
    """The drawer's values; the drawer's argument is the server to begin with."""
    drawer = state.drawer
    wanted = drawer.argument if drawer and drawer.name == "mcp" else ""
    servers = tuple(_server(server) for server in state.run.mcp.values())
    troubled = next((each.server for each in servers if each.status not in ("ready", "disabled")), "")
    return McpDetailProps(
        servers,
        first=wanted if wanted in state.run.mcp else troubled,
        ready=sum(each.status == "ready" for each in servers),
        enabled=sum(each.status != "disabled" for each in servers),
        empty="" if servers else _empty(state),
        stale=staleness(state),
    )


def _empty(state: CockpitState) -> str:
    if state.run.run_id:
        return "this run has no MCP servers · [mcp_servers.NAME] in config.toml gives the next one a server"
    return "no MCP servers yet · a run tells of its servers here as it connects them · /run <task>"


def _server(server: McpServer) -> ServerRow:
    described = {tool.name: tool for tool in server.described}
    names = dict.fromkeys((*server.tools, *described))
    link = one_line(server.link, 400)
    return ServerRow(
        server=server.server,
        name=one_line(server.server, 40),
        status=server.status,
        why=visible(server.error or ""),
        stderr=tuple(visible(server.stderr).splitlines()),
        exit_code=server.exit_code,
        source=one_line(server.source, 200),
        link=link if link.startswith(("https://", "http://")) else "",
        tools=tuple(_tool(described.get(name, McpTool(name=name))) for name in names),
    )


def _tool(tool: McpTool) -> ToolRow:
    schema = tool.input_schema
    required: Any = schema.get("required")
    needed = {str(each) for each in cast(list[Any], required)} if isinstance(required, list) else set[str]()
    arguments = [
        (one_line(name, 60), _type(_object(value)), name in needed)
        for name, value in _object(schema.get("properties")).items()
    ]
    written = json.dumps(schema, indent=2, ensure_ascii=False) if schema else ""
    return ToolRow(one_line(tool.name, 80), visible(tool.description), tuple(arguments), visible(written))


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    return one_line(kind, 40) if isinstance(kind, str) else "any"


def _object(value: Any) -> Mapping[str, Any]:
    """A JSON object; an empty one for anything else, as a server may send what it likes."""
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}
