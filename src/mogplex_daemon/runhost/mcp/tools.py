"""A tool of an MCP server as a model calls it: `mcp__server__tool`. Every call passes the gate."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from mogplex_contracts.events.mcp import McpTool
from mogplex_contracts.vocabulary import ActionKind
from mogplex_daemon.harness.agents.actions import remote_tool_action
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult, Verdict
from mogplex_daemon.runhost.mcp.failures import CallFailed
from mogplex_daemon.runhost.mcp.owner import ServerOwner
from mogplex_daemon.runhost.tools.native_tool import denied

PREFIX = "mcp__"
LONGEST_NAME = 64
"""What providers take for the name of a tool."""
_ODD = re.compile(r"[^A-Za-z0-9_-]")

Gate = Callable[[ActionRequest], Awaitable[Verdict]]


class RemoteTool:
    """One tool of one server. What the server says about itself, such as that it only reads, decides nothing."""

    def __init__(self, name: str, tool: McpTool, owner: ServerOwner, gate: Gate) -> None:
        self.name = name
        self.description = tool.description or f"{tool.name} of the MCP server {owner.server.spec.name}."
        self.input_schema: dict[str, Any] = tool.input_schema or {"type": "object"}
        self._tool = tool.name
        self._owner = owner
        self._gate = gate

    def action(self, arguments: dict[str, Any]) -> tuple[ActionKind, str]:
        """A remote tool, named by server and tool."""
        return "use_remote_tool", f"{self._owner.server.spec.name}/{self._tool}"

    async def run(self, call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        """Ask the gate, then call. Whatever goes wrong at the server is a result."""
        server = self._owner.server.spec.name
        request = remote_tool_action(
            server,
            self._tool,
            json.dumps(arguments, indent=2, ensure_ascii=False),
            tool=self.name,
            agent_id=call.agent_id,
            call_id=call.call_id,
        )
        verdict = await self._gate(request)
        if not verdict.allowed:
            return denied(verdict)
        try:
            text, is_error = await self._owner.call(self._tool, arguments, call.output)
        except CallFailed as failed:
            return ToolResult("error", f"{server}: {failed}")
        return ToolResult("error" if is_error else "ok", text)


def remote_tools(owners: Iterable[ServerOwner], gate: Gate) -> tuple[RemoteTool, ...]:
    """The tools of all servers that can be used, under names that differ and that every provider takes."""
    tools: dict[str, RemoteTool] = {}
    for owner in owners:
        for tool in owner.tools if owner.usable else ():
            name = model_name(owner.server.spec.name, tool.name)
            tools.setdefault(name, RemoteTool(name, tool, owner, gate))
    return tuple(tools.values())


def model_name(server: str, tool: str) -> str:
    """`mcp__server__tool`. A name with odd characters, or too long, ends in a mark that keeps it apart."""
    whole = f"{PREFIX}{server}__{tool}"
    name = _ODD.sub("_", whole)
    if name == whole and len(name) <= LONGEST_NAME:
        return name
    mark = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - len(mark) - 1]}_{mark}"
