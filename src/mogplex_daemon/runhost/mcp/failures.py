"""Why a server cannot be used: what happened, where, what to do now, and whether trying again may help."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import cast
from urllib.parse import urlsplit

from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import McpStatus
from mogplex_daemon.harness.base import AgentNotStarted
from mogplex_daemon.runhost.mcp.config import ConfiguredServer
from mogplex_daemon.runhost.mcp.trace import Trace

REASON_CHARACTERS = 300
TO_INSTALL = {
    "npx": "Node.js 20",
    "node": "Node.js 20",
    "npm": "Node.js 20",
    "uvx": "uv",
    "uv": "uv",
    "docker": "Docker",
    "podman": "Podman",
    "python": "Python",
    "python3": "Python",
    "bunx": "Bun",
    "bun": "Bun",
    "deno": "Deno",
}
"""What has the programs that servers are mostly started with."""


class CallFailed(Exception):
    """A call came to nothing; the message says why."""


class ConnectionLost(Exception):
    """The server, or the way to it, is gone; the message says what that means for the call."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a server cannot be used."""

    status: McpStatus
    message: str
    lasting: bool = False
    """Whether trying again is of no use before somebody has changed something."""


def explained(
    server: ConfiguredServer, error: BaseException | None, trace: Trace, *, answered: bool
) -> Fault:
    """What `error` means. `answered`: the server could be used before. None: it ended, or went silent."""
    spec = server.spec
    error = _innermost(error)
    down: McpStatus = "degraded" if answered else "starting"
    if isinstance(error, AgentNotStarted):
        return Fault("unavailable", _not_started(server, error), lasting=True)
    if trace.http_status in (401, 403):
        return Fault("needs_auth", _sign_in(server, trace.http_status), lasting=True)
    if trace.exit_code is not None:
        ended = "its process ended" if answered else "its process ended before it answered"
        return Fault(down, f"{ended}: {_end(trace.exit_code)}")
    if isinstance(error, TimeoutError):
        said = f"; on stdout it says, which is no MCP message: {trace.noise}" if trace.noise else ""
        silent = f"did not answer within {spec.startup_seconds:g} s{said}"
        return Fault(
            "unavailable", f"{silent} · startup_timeout in {server.source} gives it longer", lasting=True
        )
    if spec.url:
        return _web_fault(server, error, trace, down)
    if error is None:
        return Fault(down, "it does not answer any more")
    said = f"; on stdout it says, which is no MCP message: {trace.noise}" if trace.noise else ""
    return Fault(down, f"{_reason(error)}{said}")


def _web_fault(server: ConfiguredServer, error: BaseException | None, trace: Trace, down: McpStatus) -> Fault:
    # The host alone: the rest of an address may hold a token.
    parts = urlsplit(server.spec.url)
    where = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"
    status = trace.http_status
    if status in (400, 404, 405, 406, 410) and down == "starting":
        return Fault(
            "unavailable",
            f"{where} answers {status}: no MCP server is there; check the path of url in {server.source}",
            lasting=True,
        )
    if status is not None:
        return Fault(down, f"{where} answers {status}")
    if error is None:
        return Fault(down, f"{where} does not answer any more")
    return Fault(down, f"no connection to {where}: {_reason(error)}")


def _sign_in(server: ConfiguredServer, status: int) -> str:
    said = (
        "it wants you to sign in (401)" if status == 401 else "what you signed in with may not use it (403)"
    )
    if server.origin == "account":
        return f"{said}: reconnect it in Web Settings"
    return f'{said}: put a token into {server.source}, headers = {{ Authorization = "Bearer ${{NAME}}" }}'


def _not_started(server: ConfiguredServer, error: AgentNotStarted) -> str:
    spec = server.spec
    if spec.cwd is not None and not spec.cwd.is_dir():
        return f"there is no folder {spec.cwd} to start it in; correct cwd in {server.source}"
    if "not installed" not in str(error):
        return f"{error}; correct it in {server.source}"
    package = TO_INSTALL.get(PurePath(spec.argv[0]).name)
    if package:
        return f"{error}; install {package}"
    return f"{error}; install it, or correct command in {server.source}"


def _end(code: int) -> str:
    return f"killed by signal {code - 128}" if code > 128 else f"exit code {code}"


def _reason(error: BaseException) -> str:
    return one_line(str(error) or type(error).__name__, REASON_CHARACTERS)


def _innermost(error: BaseException | None) -> BaseException | None:
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error
