"""The account's MCP servers, `$MOGPLEX_HOME/mcp-servers.remote.json`: the answer of the account's API as it was kept.

Its shape is loose by design, so what is not known is passed over and what cannot be used is named.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from mogplex_daemon.home.mcp_settings import McpServerSettings, ServerName

MAX_BYTES = 4 * 1024 * 1024
FORGET = "sign in again to sync it anew, or delete it"
_NAME: TypeAdapter[str] = TypeAdapter(ServerName)


@dataclass(frozen=True, slots=True)
class RemoteServers:
    """What the file says, by name in its order."""

    servers: Mapping[str, McpServerSettings] = field(default_factory=dict[str, McpServerSettings])
    unusable: Mapping[str, str] = field(default_factory=dict[str, str])
    """Servers that cannot be used, and why."""
    problems: tuple[str, ...] = ()
    """What is wrong with the file."""


def read_remote_servers(path: Path) -> RemoteServers:
    """Read the synced list; a missing file is an empty one. Never raises."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return _bad(path, f"is larger than {MAX_BYTES} bytes")
        content: Any = json.loads(data)
    except (FileNotFoundError, NotADirectoryError):
        return RemoteServers()
    except OSError as error:
        return _bad(path, f"cannot be read ({error.strerror})")
    except (ValueError, RecursionError):
        return _bad(path, "is not JSON")
    entries = _entries(content)
    if entries is None:
        return _bad(path, "has no list of servers")
    servers: dict[str, McpServerSettings] = {}
    unusable: dict[str, str] = {}
    problems: list[str] = []
    for number, entry in enumerate(entries, 1):
        try:
            name = _NAME.validate_python(_object(entry).get("name"))
        except ValidationError as error:
            problems.append(f"{path}: server {number}: its name {_reason(error)}; rename it in Web Settings")
            continue
        try:
            # The account lists its custom servers first, and those win.
            servers.setdefault(name, _settings(_object(entry)))
        except ValidationError as error:
            unusable[name] = f"{_reason(error)} · mend it in Web Settings"
    return RemoteServers(servers, unusable, tuple(problems))


def _settings(entry: Mapping[str, Any]) -> McpServerSettings:
    config = _object(entry.get("config"))
    names = {
        "command": "command",
        "args": "args",
        "env": "env",
        "cwd": "cwd",
        "url": "url",
        "http_headers": "headers",
    }
    known = {ours: config[theirs] for theirs, ours in names.items() if config.get(theirs)}
    return McpServerSettings.model_validate({**known, "enabled": entry.get("enabled", True)})


def _entries(content: Any) -> list[Any] | None:
    """The list: bare, in `servers`, or in `data.servers`."""
    inner: Any = _object(content).get("data", content)
    servers = cast("list[Any]", inner) if isinstance(inner, list) else _object(inner).get("servers")
    return cast("list[Any]", servers) if isinstance(servers, list) else None


def _object(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ").replace("Input should", "should")
    return f"{place}: {message}" if place else message


def _bad(path: Path, what: str) -> RemoteServers:
    return RemoteServers(
        problems=(f"{path}: {what}; {FORGET}. Until then the account's servers are not there",)
    )
