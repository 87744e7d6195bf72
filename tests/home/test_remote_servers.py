import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.home.remote_servers import RemoteServers, read_remote_servers

SERVERS: list[dict[str, Any]] = [
    {
        "name": "supabase",
        "enabled": True,
        "config": {
            "command": "npx",
            "args": ["@supabase/mcp-server"],
            "env": {"SUPABASE_ACCESS_TOKEN": "sbp_1"},
        },
    },
    {
        "name": "linear",
        "enabled": True,
        "config": {"url": "https://mcp.linear.app/sse", "http_headers": {"Authorization": "Bearer lin_1"}},
    },
    {"name": "off", "enabled": False, "config": {"command": "x"}},
]


def read(path: Path, content: Any) -> RemoteServers:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_remote_servers(path)


@pytest.mark.parametrize(
    "content",
    [{"ok": True, "data": {"servers": SERVERS}}, {"servers": SERVERS}, SERVERS],
    ids=["answer", "data", "list"],
)
def test_programs_and_addresses_are_read(tmp_path: Path, content: Any):
    found = read(tmp_path / "x.json", content)
    assert found.servers["supabase"].args == ("@supabase/mcp-server",)
    assert found.servers["supabase"].env == {"SUPABASE_ACCESS_TOKEN": "sbp_1"}
    assert found.servers["linear"].url == "https://mcp.linear.app/sse"
    assert found.servers["linear"].headers == {"Authorization": "Bearer lin_1"}
    assert not found.servers["off"].enabled
    assert not found.problems and not found.unusable


def test_a_missing_list_is_an_empty_one(tmp_path: Path):
    assert read_remote_servers(tmp_path / "x.json") == RemoteServers()


def test_options_that_are_not_known_are_passed_over(tmp_path: Path):
    entry = {"name": "a", "enabled": True, "config": {"command": "x", "transport": "stdio", "args": None}}
    assert read(tmp_path / "x.json", [entry]).servers["a"].command == "x"


def test_the_custom_server_wins_a_name(tmp_path: Path):
    custom = {"name": "a", "enabled": True, "config": {"command": "custom"}}
    connection = {"name": "a", "enabled": True, "config": {"command": "connection"}}
    assert read(tmp_path / "x.json", [custom, connection]).servers["a"].command == "custom"


def test_a_server_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path):
    found = read(tmp_path / "x.json", [{"name": "a", "enabled": True, "config": {"cmd": "x"}}, *SERVERS])
    assert "says neither command" in found.unusable["a"]
    assert len(found.servers) == 3


def test_a_name_that_cannot_stand_in_a_rule_is_told(tmp_path: Path):
    (problem,) = read(tmp_path / "x.json", [{"name": "a/b", "config": {"command": "x"}}]).problems
    assert "server 1: its name must be of letters" in problem


@pytest.mark.parametrize("content", ["{", "17", '{"servers": 3}', "[" * 100_000])
def test_a_broken_list_is_told_and_costs_nothing_else(tmp_path: Path, content: str):
    found = read(tmp_path / "x.json", content)
    assert not found.servers
    assert str(tmp_path) in found.problems[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "enabled", "config", "command", "url", "data", "servers"]), inner
        )
    ),
    max_leaves=12,
)


@given(content=JSON)
def test_whatever_stands_there_is_read_without_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, content: Any
):
    read(tmp_path_factory.getbasetemp() / "odd.json", content)
