"""A server that a project brings along is used only after the gate has let it: whoever cloned it did not write it."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from mogplex_daemon.harness.base import ActionRequest
from mogplex_daemon.runhost.mcp.config import ConfiguredServer

TOOL = "mcp_server"


@dataclass(eq=False)
class Consent:
    """Whether one server may be used."""

    decided: anyio.Event = field(default_factory=anyio.Event)
    given: bool = False

    @property
    def holds(self) -> bool:
        """Whether it was given, or is still to be decided: then nobody need be asked again."""
        return self.given or not self.decided.is_set()


def consent_request(server: ConfiguredServer, workspace: Path) -> ActionRequest:
    """What the gate is asked: to run the command line that would start it, or to connect to its address.

    Rules about commands hold for the one, `mcp:<address>` for the other: a rule about the tools of a server
    of this name must not let another program behind it.
    """
    spec = server.spec
    what = command_line(server, workspace) if spec.argv else spec.url
    begins = "starts this program, which then runs as you" if spec.argv else "sends what agents tell it there"
    headers = "".join(f"\n{name}: {value}" for name, value in spec.headers.items())
    return ActionRequest(
        kind="run_command" if spec.argv else "use_remote_tool",
        descriptor=f"bash:{what}" if spec.argv else f"mcp:{what}",
        target=what,
        tool=TOOL,
        # No agent asks for it, so no turn's tools speak against it.
        agent_id="",
        call_id="",
        detail=f"{what}{headers}\n\nThe project's MCP server {spec.name}, from {server.source}, {begins}.",
    )


def command_line(server: ConfiguredServer, workspace: Path) -> str:
    """What a shell would be told to start the server's program as it is started."""
    spec = server.spec
    assigned = [f"{name}={shlex.quote(value)}" for name, value in spec.env.items()]
    line = " ".join((*assigned, shlex.join(spec.argv)))
    return line if spec.cwd in (None, workspace) else f"cd {shlex.quote(str(spec.cwd))} && {line}"
