"""MCP servers that offer too much, too often or without end: what is used stays bounded, and they go on being used."""

import math
import sys
from pathlib import Path

import anyio
import pytest

from mogplex_daemon.runhost.mcp.owner import FIRST_PAUSE_SECONDS
from tests.support.mcp_bench import McpBench

pytestmark = pytest.mark.anyio

ODD = Path(__file__).with_name("odd_mcp.py")
SHORTEST_SHARE = 0.75
"""Of a pause: it is drawn, so that servers are not in step."""


def odd(tmp_path: Path, way: str) -> McpBench:
    return McpBench(tmp_path, {"odd": {"command": sys.executable, "args": [str(ODD), way]}})


async def test_tools_that_are_new_are_offered_when_the_server_says_so(tmp_path: Path):
    async with odd(tmp_path, "grows").running() as bench:
        assert [tool.name for tool in await bench.tools()] == ["mcp__odd__tool_0"]
        await bench.call("mcp__odd__tool_0")
        told = await bench.until("odd", "ready", lambda change: len(change.tools) == 2)
        assert told.tools == ("tool_0", "tool_1")
        assert [tool.name for tool in await bench.tools()] == ["mcp__odd__tool_0", "mcp__odd__tool_1"]
        assert (await bench.call("mcp__odd__tool_1")).text == "ok"


async def test_tools_that_change_without_end_are_told_with_growing_pauses(tmp_path: Path):
    async with odd(tmp_path, "flaps").running() as bench:
        began = anyio.current_time()
        await bench.tools()
        await bench.until("odd", "ready", lambda change: len(change.tools) >= 3)
        for _ in range(50):
            assert (await bench.call("mcp__odd__tool_0")).text == "ok"
        # As often as the server says so, dozens would have been told by now. Each pause is twice the one before it.
        shortest = FIRST_PAUSE_SECONDS * SHORTEST_SHARE
        pauses = math.log2(1 + (anyio.current_time() - began) / shortest)
        assert len(bench.changes) <= pauses


async def test_tools_too_many_and_schemas_too_big_are_bounded(tmp_path: Path):
    async with odd(tmp_path, "huge").running() as bench:
        tools = await bench.tools()
        assert len(tools) == 200
        assert tools[0].input_schema == {"type": "object"}
        assert len(tools[0].description) == 4_000
        answer = await bench.call("mcp__odd__deep")
        assert answer.outcome == "ok"
        assert 100_000 <= len(answer.text) < 101_000


@pytest.mark.parametrize(("way", "number"), [("without_end", 200), ("same_page", 1)])
async def test_a_list_without_end_is_read_as_far_as_it_is_of_use(tmp_path: Path, way: str, number: int):
    async with odd(tmp_path, way).running() as bench:
        assert len(await bench.tools()) == number
        told = await bench.until("odd", "ready")
        assert len(told.tools) == number
