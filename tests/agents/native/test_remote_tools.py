from pathlib import Path
from typing import Any

import pytest

from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.tool import ToolFinished
from tests.agents.model_server import Answer, Call, Turn
from tests.agents.native.runs import READ, native
from tests.agents.openai_server import said_to
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio


async def test_a_real_model_loop_calls_a_tool_of_a_real_server(bench: Bench, mcp_programs: Path):
    read = Call("mcp__memory__read_graph")
    facts = f'\n[mcp_servers.memory]\ncommand = "{mcp_programs}/mcp-server-memory"\nstartup_timeout = 90\n'
    write = bench.write_home
    bench.write_home = lambda name, content: write(name, content + facts)  # type: ignore[method-assign]

    def script(body: dict[str, Any]) -> Turn:
        if said_to(body, "tool") and "entities" in said_to(body, "tool")[-1]:
            return Answer("Done.")
        # A server that takes longer than the first call waits is there for a later one.
        offered = {tool["function"]["name"] for tool in body["tools"]}
        return Answer("I look.", (read if read.tool in offered else READ,))

    async with native(bench, script) as run:
        request = await run.client.until(ApprovalRequested)
        assert request.descriptors == ("mcp:memory/read_graph",)
        await run.client.decide(request, approve=True)
        await run.to_the_end()
        end = run.client.of(ToolFinished)[-1]
        assert end.outcome == "ok" and "entities" in end.output
        assert run.said[-1] == "Done."
