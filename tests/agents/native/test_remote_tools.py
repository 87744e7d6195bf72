from pathlib import Path

import pytest

from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.tool import ToolFinished
from tests.agents.model_server import Answer, Call
from tests.agents.native.runs import native
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio


async def test_a_real_model_loop_calls_a_tool_of_a_real_server(bench: Bench, mcp_programs: Path):
    read = Call("mcp__memory__read_graph")
    facts = f'\n[mcp_servers.memory]\ncommand = "{mcp_programs}/mcp-server-memory"\n'
    write = bench.write_home
    bench.write_home = lambda name, content: write(name, content + facts)  # type: ignore[method-assign]
    async with native(bench, [Answer("I look.", (read,)), Answer("Done.")]) as run:
        request = await run.client.until(ApprovalRequested)
        assert request.descriptors == ("mcp:memory/read_graph",)
        await run.client.decide(request, approve=True)
        await run.to_the_end()
        (end,) = run.client.of(ToolFinished)
        assert end.outcome == "ok" and "entities" in end.output
        names = [tool["function"]["name"] for tool in run.server.seen[0].body["tools"]]
        assert "mcp__memory__read_graph" in names
