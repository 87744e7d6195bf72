"""The run's MCP servers, in the words of each protocol that hands them to an agent with a client of its own."""

from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Any

from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_daemon.harness.base import HarnessContext, McpServerSpec

Entry = dict[str, Any]


def program_of(spec: McpServerSpec, workspace: Path) -> tuple[str, ...]:
    """The command line of a server. Agents start theirs in the workspace; one that lives elsewhere goes there first."""
    if spec.cwd in (None, workspace):
        return spec.argv
    return ("/bin/sh", "-c", 'cd "$0" && exec "$@"', str(spec.cwd), *spec.argv)


def for_codex(servers: Sequence[McpServerSpec]) -> Entry:
    """`mcp_servers` of codex's config."""
    return {spec.name: _codex_entry(spec) for spec in servers}


def _codex_entry(spec: McpServerSpec) -> Entry:
    common: Entry = {
        "startup_timeout_sec": spec.startup_seconds,
        "tool_timeout_sec": spec.call_seconds,
        # Else codex asks nothing for a tool whose server says that it only reads.
        "default_tools_approval_mode": "prompt",
    }
    if spec.url:
        return {"url": spec.url, "http_headers": dict(spec.headers), **common}
    command, *arguments = spec.argv
    place = {} if spec.cwd is None else {"cwd": str(spec.cwd)}
    return {"command": command, "args": arguments, "env": dict(spec.env), **place, **common}


def for_claude_code(servers: Sequence[McpServerSpec], workspace: Path) -> Entry:
    """What stands in the file that `--mcp-config` names."""
    return {"mcpServers": {spec.name: _claude_entry(spec, workspace) for spec in servers}}


def _claude_entry(spec: McpServerSpec, workspace: Path) -> Entry:
    if spec.url:
        return {"type": web_transport(spec), "url": spec.url, "headers": dict(spec.headers)}
    command, *arguments = program_of(spec, workspace)
    return {"type": "stdio", "command": command, "args": arguments, "env": dict(spec.env)}


def for_acp(servers: Sequence[McpServerSpec], workspace: Path) -> list[Entry]:
    """`mcpServers` of `session/new`."""
    return [_acp_entry(spec, workspace) for spec in servers]


def _acp_entry(spec: McpServerSpec, workspace: Path) -> Entry:
    if spec.url:
        where = {"type": web_transport(spec), "name": spec.name, "url": spec.url}
        return {**where, "headers": _pairs(spec.headers.items())}
    command, *arguments = program_of(spec, workspace)
    return {"name": spec.name, "command": command, "args": arguments, "env": _pairs(spec.env.items())}


def _pairs(values: Iterable[tuple[str, str]]) -> list[Entry]:
    return [{"name": name, "value": value} for name, value in values]


def web_transport(spec: McpServerSpec) -> str:
    """`sse` or `http`, by the address."""
    return "sse" if spec.url.partition("?")[0].rstrip("/").endswith("/sse") else "http"


async def servers_for(
    context: HarnessContext, agent: str, transports: Container[str] = ("http", "sse"), none_because: str = ""
) -> tuple[McpServerSpec, ...]:
    """The servers `agent` can be given; of the others it is told why they stay out. May wait for a person.

    `none_because`: why it can be given none at all.
    """
    given: list[McpServerSpec] = []
    for spec in await context.mcp_servers():
        why = none_because or _unfit(spec, agent, transports)
        if why:
            await context.emit(
                McpServerChanged(server=spec.name, status="unavailable", error=why, source=agent)
            )
        else:
            given.append(spec)
    return tuple(given)


def _unfit(spec: McpServerSpec, agent: str, transports: Container[str]) -> str:
    held = (*spec.argv, *spec.env.values(), spec.url, *spec.headers.values())
    # Agents fill such names in from their own environment, which a server is not to see.
    if any("${" in each for each in held):
        return f"a value of it holds ${{, which {agent} would fill in; write the value out"
    if spec.url and web_transport(spec) not in transports:
        return f"{agent} does not connect to servers over {web_transport(spec)}"
    return ""
