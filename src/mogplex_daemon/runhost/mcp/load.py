"""Reads which MCP servers a run has, and what in their configuration must never be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.redaction import SHORTEST_SECRET, names_a_secret
from mogplex_daemon.home.remote_servers import read_remote_servers
from mogplex_daemon.home.settings import load_settings
from mogplex_daemon.runhost.mcp.config import ConfiguredServer, ServerList, configured_servers

TOKEN_CHARACTERS = 16
"""A word of letters and digits of this length is taken for a token, whatever it is called."""


@dataclass(frozen=True, slots=True)
class LoadedServers:
    """The servers of a run."""

    servers: tuple[ConfiguredServer, ...] = ()
    problems: tuple[str, ...] = ()
    """What is wrong with where they come from, a line each."""

    @property
    def secrets(self) -> frozenset[str]:
        """Tokens of the person and of the account; what a project has written is no secret."""
        return frozenset(
            secret for each in self.servers if each.origin != "project" for secret in _secrets(each)
        )


def read_servers(home: Home, workspace: Path, environ: Mapping[str, str]) -> LoadedServers:
    """Put together what config.toml, the account and the project say. Never raises."""
    settings = load_settings(home, workspace)
    account = read_remote_servers(home.remote_mcp_servers)
    project_file = workspace / ".mogplex" / "config.toml"
    servers, problems = configured_servers(
        (
            ServerList("user", str(home.config), settings.settings.mcp_servers),
            ServerList("account", "account", account.servers, account.unusable),
            ServerList("project", str(project_file), settings.project_mcp_servers),
        ),
        workspace,
        environ,
    )
    return LoadedServers(servers, (*settings.problems, *account.problems, *problems))


def _secrets(server: ConfiguredServer) -> Iterable[str]:
    spec = server.spec
    for name, value in (*spec.env.items(), *spec.headers.items()):
        # `Bearer abc` is a secret as a whole and without its first word.
        for form in (value, value.rpartition(" ")[2]):
            if len(form) >= SHORTEST_SECRET and (names_a_secret(name) or _is_token(form)):
                yield form
    parts = urlsplit(spec.url)
    in_query = (value for _, value in parse_qsl(parts.query))
    yield from filter(_is_token, (*parts.path.split("/"), *in_query, parts.password or "", *spec.argv))


def _is_token(text: str) -> bool:
    """Long, of one word, with letters and digits: no path, no address, no sentence."""
    return (
        len(text) >= TOKEN_CHARACTERS
        and not any(each.isspace() or each in "/\\" for each in text)
        and any(each.isdigit() for each in text)
        and any(each.isalpha() for each in text)
    )
