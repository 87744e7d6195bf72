"""How a conversation with an agent is opened: who is there, what it can do, and a session, new or taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mogplex_contracts.version import VERSION
from mogplex_daemon.harness.acp.agents.agent import Agent
from mogplex_daemon.harness.acp.failures import refused_start
from mogplex_daemon.harness.acp.options import Offer, read_offer
from mogplex_daemon.harness.agents.jsonrpc import JsonRpc, RpcError
from mogplex_daemon.harness.agents.mcp_servers import for_acp
from mogplex_daemon.harness.agents.reading import Object, as_object, as_text
from mogplex_daemon.harness.base import HarnessFailed, McpServerSpec

PROTOCOL = 1
"""The version of the protocol that is spoken here."""
HELLO: Object = {
    "protocolVersion": PROTOCOL,
    "clientInfo": {"name": "mogplex", "title": "Mogplex", "version": VERSION},
    # Agents work on this machine: their own hands are as near, and their writes are asked for all the same.
    "clientCapabilities": {
        "fs": {"readTextFile": False, "writeTextFile": False},
        "terminal": False,
        "_meta": {"terminal_output": True},
    },
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A session."""

    session_id: str
    offer: Offer = field(default_factory=Offer)


@dataclass(frozen=True, slots=True)
class Greeted:
    """What an agent says of itself."""

    version: str
    loads: bool
    """Whether it takes up an older session by telling all of it again."""
    resumes: bool
    """Whether it takes up an older session without a word."""
    transports: frozenset[str]
    """Which MCP servers on the web it connects to: `http`, `sse`."""
    logins: object
    """The logins it offers."""


async def greet(rpc: JsonRpc, agent: Agent, seconds: float) -> Greeted:
    """Say hello. Raises HarnessFailed, and as calls do."""
    said = as_object(await rpc.call("initialize", HELLO, seconds))
    version = said.get("protocolVersion")
    if version != PROTOCOL:
        raise HarnessFailed(
            "agent_protocol",
            f"{agent.name} speaks version {version} of the Agent Client Protocol and this Mogplex speaks {PROTOCOL}; "
            "update the older of the two",
        )
    able = as_object(said.get("agentCapabilities"))
    return Greeted(
        version=as_text(as_object(said.get("agentInfo")).get("version")),
        loads=able.get("loadSession") is True,
        resumes="resume" in as_object(able.get("sessionCapabilities")),
        transports=frozenset(
            each for each in ("http", "sse") if as_object(able.get("mcpCapabilities")).get(each) is True
        ),
        logins=said.get("authMethods"),
    )


async def open_session(
    rpc: JsonRpc, agent: Agent, greeted: Greeted, cwd: str, seconds: float, servers: Sequence[McpServerSpec]
) -> Opened:
    """Begin a session. Raises HarnessFailed, and as calls do."""
    try:
        params = {"cwd": cwd, "mcpServers": for_acp(servers, Path(cwd))}
        said = as_object(await rpc.call("session/new", params, seconds))
    except RpcError as error:
        raise refused_start(agent, error, greeted.logins) from error
    session_id = as_text(said.get("sessionId"))
    if not session_id:
        raise HarnessFailed("agent_refused", f"{agent.name} answered session/new without a session")
    return Opened(session_id, read_offer(said))


async def take_up(
    rpc: JsonRpc,
    greeted: Greeted,
    session_id: str,
    cwd: str,
    seconds: float,
    servers: Sequence[McpServerSpec],
) -> Opened:
    """Go on with a session of an earlier life. Raises as calls do; RpcError when the agent cannot."""
    if not (greeted.resumes or greeted.loads):
        raise RpcError(0, "it takes up no sessions")
    params: dict[str, Any] = {"sessionId": session_id, "cwd": cwd, "mcpServers": for_acp(servers, Path(cwd))}
    said = await rpc.call("session/resume" if greeted.resumes else "session/load", params, seconds)
    return Opened(session_id, read_offer(as_object(said)))
