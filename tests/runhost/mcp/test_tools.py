import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_contracts.events.mcp import McpServerChanged, McpTool
from mogplex_daemon.harness.base import ActionRequest, McpServerSpec, ToolCall, Verdict
from mogplex_daemon.runhost.mcp.config import ConfiguredServer
from mogplex_daemon.runhost.mcp.owner import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    ServerOwner,
    pause_seconds,
)
from mogplex_daemon.runhost.mcp.tools import model_name, remote_tools

NAMES = st.text(max_size=100)


async def silent(_: Any) -> None: ...


def owner(*tools: str, name: str = "files") -> ServerOwner:
    async def tell(_: McpServerChanged) -> None: ...

    made = ServerOwner(ConfiguredServer(McpServerSpec(name), "user", "x"), Path(), tell)
    made.status = "ready"
    made.tools = tuple(McpTool(name=tool) for tool in tools)
    return made


@given(NAMES, NAMES)
def test_every_name_is_one_that_providers_take_and_two_tools_never_share_one(one: str, other: str):
    names = [model_name("files", each) for each in (one, other)]
    assert all(
        re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) and name.startswith("mcp__files__") for name in names
    )
    assert (names[0] == names[1]) == (one == other)


def test_a_plain_name_stays_as_it_is():
    assert model_name("files", "read_file") == "mcp__files__read_file"


async def no(_: ActionRequest) -> Verdict:
    return Verdict("rejected", "not now")


@pytest.mark.anyio
async def test_a_server_that_cannot_be_used_offers_nothing():
    one = owner("read")
    assert [tool.name for tool in remote_tools((one,), no)] == ["mcp__files__read"]
    for status in ("starting", "unavailable", "needs_auth", "disabled"):
        one.status = status
        assert not remote_tools((one,), no)


@pytest.mark.anyio
async def test_the_tools_of_a_server_that_is_connected_anew_stay():
    one = owner("read")
    one.status = "degraded"
    assert remote_tools((one,), no)


@pytest.mark.anyio
async def test_a_call_that_is_denied_reaches_no_server():
    asked: list[ActionRequest] = []

    async def gate(request: ActionRequest) -> Verdict:
        asked.append(request)
        return Verdict("rejected", "not now")

    (tool,) = remote_tools((owner("delete all/../*"),), gate)
    result = await tool.run(ToolCall("agt", "call", silent), {"path": "/etc"})
    assert result.outcome == "denied" and "not now" in result.text
    assert asked[0].kind == "use_remote_tool"
    assert asked[0].descriptor == "mcp:files/delete all/../*"
    assert '"path": "/etc"' in asked[0].detail


@pytest.mark.anyio
async def test_a_call_of_a_server_that_is_gone_says_so_to_the_model():
    async def yes(_: ActionRequest) -> Verdict:
        return Verdict("approved")

    one = owner("read")
    one.status, one.why = "degraded", "its process ended: exit code 3"
    (tool,) = remote_tools((one,), yes)
    result = await tool.run(ToolCall("agt", "call", silent), {})
    assert result.outcome == "error"
    assert result.text == "files: it is degraded now: its process ended: exit code 3"


@given(st.integers(min_value=1, max_value=200))
def test_pauses_grow_and_stay_bounded(failures: int):
    assert FIRST_PAUSE_SECONDS * 0.75 <= pause_seconds(failures) <= LONGEST_PAUSE_SECONDS * 1.25
