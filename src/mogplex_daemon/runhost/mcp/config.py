"""Which MCP servers a run has: the person's own, the account's, the project's, in this order. Pure.

A name belongs to whoever comes first in that order, so that no project can put its own program behind a name
the person has written rules for. A project can exclude one, which only takes away. Five may be enabled.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mogplex_daemon.harness.base import McpServerSpec
from mogplex_daemon.home.mcp_settings import McpServerSettings

MOST_ENABLED = 5
"""More tools than these servers have are more than a model keeps apart."""
WEB_SETTINGS = "https://www.mogplex.com/settings"
"""Where the account's servers are configured, and where a person signs in to them."""
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

Origin = Literal["user", "account", "project"]


@dataclass(frozen=True, slots=True)
class ServerList:
    """What one place says of servers."""

    origin: Origin
    source: str
    """A path, or `account`."""
    servers: Mapping[str, McpServerSettings]
    unusable: Mapping[str, str] = field(default_factory=dict[str, str])
    """Servers that cannot be read, and why."""


@dataclass(frozen=True, slots=True)
class ConfiguredServer:
    """One server of the run, whether it is used or not."""

    spec: McpServerSpec
    origin: Origin
    source: str
    """Where it is configured."""
    disabled: str = ""
    """Why it is not used though it is known; empty when it is."""
    fault: str = ""
    """What is wrong with how it is configured; empty when nothing is."""

    @property
    def link(self) -> str:
        """Where a person changes it, when that is on the web."""
        return WEB_SETTINGS if self.origin == "account" else ""

    @property
    def runs(self) -> bool:
        """Whether the run uses it."""
        return not self.disabled and not self.fault


def configured_servers(
    lists: Sequence[ServerList], workspace: Path, environ: Mapping[str, str]
) -> tuple[tuple[ConfiguredServer, ...], tuple[str, ...]]:
    """The servers of a run in workspace `workspace`, and what is wrong with where they come from.

    `lists` are in the order in which they go before each other.
    """
    found: dict[str, ConfiguredServer] = {}
    problems: list[str] = []
    excluded = _excluded(lists)
    for each in lists:
        for name, fault in each.unusable.items():
            found.setdefault(
                name, ConfiguredServer(McpServerSpec(name), each.origin, each.source, fault=fault)
            )
        for name, server in each.servers.items():
            if server.is_exclusion:
                continue
            if name in found:
                if each.origin == "project":
                    problems.append(
                        f"{each.source}: mcp_servers.{name}: {found[name].source} has a server of this name, "
                        "which holds; give the project's another name"
                    )
                continue
            found[name] = _configured(name, server, each, excluded.get(name, ""), workspace, environ)
    return tuple(_capped(found.values())), tuple(problems)


def _configured(
    name: str,
    server: McpServerSettings,
    where: ServerList,
    excluded: str,
    workspace: Path,
    environ: Mapping[str, str],
) -> ConfiguredServer:
    # What a project says is not filled in: it would send the person's secrets wherever the project likes.
    fill = _Filling({} if where.origin == "project" else environ)
    cwd = workspace / Path(server.cwd).expanduser() if server.cwd else workspace
    spec = McpServerSpec(
        name=name,
        argv=(_program(server.command, cwd), *map(fill, server.args)) if server.command else (),
        env={key: fill(value) for key, value in server.env.items()},
        cwd=cwd if server.command else None,
        url=fill(server.url or ""),
        headers={key: fill(value) for key, value in server.headers.items()},
        startup_seconds=server.startup_timeout,
        call_seconds=server.tool_timeout,
    )
    disabled = excluded or ("" if server.enabled else f"enabled = false in {where.source}")
    fault = ""
    if fill.missing and where.origin == "project":
        fault = (
            f"a project cannot read your environment: ${{{fill.missing[0]}}}; "
            "configure this server in $MOGPLEX_HOME/config.toml instead"
        )
    elif fill.missing:
        fault = (
            f"${{{fill.missing[0]}}} is not set: export it before the run, or take it out of {where.source}"
        )
    return ConfiguredServer(spec, where.origin, where.source, disabled, "" if disabled else fault)


class _Filling:
    """Fills `${NAME}` in from an environment, and notes what is not there."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.missing: list[str] = []

    def __call__(self, text: str) -> str:
        return _VARIABLE.sub(self._value, text)

    def _value(self, match: re.Match[str]) -> str:
        value = self._environ.get(match[1])
        if value is None:
            self.missing.append(match[1])
        return value or ""


def _program(command: str, cwd: Path) -> str:
    """A path is meant from the folder the program is started in; a bare name is looked up on PATH."""
    if os.sep not in command and not command.startswith("~"):
        return command
    return str(cwd / Path(command).expanduser())


def _excluded(lists: Iterable[ServerList]) -> dict[str, str]:
    """Names a file switches off, and the file."""
    return {
        name: f"excluded by {each.source}"
        for each in lists
        if each.origin != "account"
        for name, server in each.servers.items()
        if server.is_exclusion
    }


def _capped(servers: Iterable[ConfiguredServer]) -> Iterable[ConfiguredServer]:
    """The first five that are enabled stay so."""
    enabled = 0
    for each in servers:
        enabled += each.runs
        if each.runs and enabled > MOST_ENABLED:
            why = f"{MOST_ENABLED} servers are enabled already: disable one of them, or exclude it for this project"
            yield ConfiguredServer(each.spec, each.origin, each.source, disabled=why)
        else:
            yield each
