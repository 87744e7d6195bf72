import json
import os
from pathlib import Path

import pytest

from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.tool import ToolFinished
from mogplex_contracts.vocabulary import PermissionMode
from mogplex_daemon.home.paths import Home
from tests.agents.acp_world import OPENCODE
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.claude_world import CLAUDE_CODE
from tests.agents.codex_world import CODEX
from tests.agents.script import MAIN, Remote, Say
from tests.support.repository import make_repository
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio
SECRET = "s3cret-of-the-server-4711"
DESCRIPTORS = {
    "codex": "mcp:everything/echo",
    "claude-code": "mcp:everything/echo",
    # The protocol tells the title of a call, and not whose tool it is.
    "acp:opencode": "mcp:opencode/everything_echo",
}


def config(programs: Path) -> str:
    return f"""
[mcp_servers.everything]
command = "{programs}/mcp-server-everything"
cwd = "tools"
env = {{ ITS_TOKEN = "{SECRET}" }}
"""


@pytest.mark.parametrize("mode", ["approval", "auto"])
@pytest.mark.parametrize("approved", [True, False], ids=["approved", "rejected"])
@pytest.mark.parametrize("agent", [CODEX, CLAUDE_CODE, OPENCODE], ids=lambda each: each.harness)
async def test_an_agent_uses_the_runs_servers_and_its_calls_pass_the_gate(
    tmp_path: Path, mcp_programs: Path, agent: AgentUnderTest, approved: bool, mode: PermissionMode
):
    script = {MAIN: [[Remote("everything", "echo", "hello-4711")], [Say("Done.")]]}
    with agent.world(tmp_path, script) as world:
        bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"), mode=mode, harness=agent.harness)
        bench.environ = dict(world.environ)
        (bench.workspace / "tools").mkdir()
        bench.write_home("config.toml", config(mcp_programs))
        if mode == "auto" and not approved:
            rules = {"version": 1, "rules": {"deny": [DESCRIPTORS[agent.harness]]}}
            bench.write_home("permissions.json", json.dumps(rules))
        async with bench.run() as host:
            asked = await host.client.to_the_end(lambda request: approved)
            print("HEARD", world.heard()[-1500:], [e for e in host.client.of(McpServerChanged)], host.client.of(ToolFinished))
            if mode == "approval":
                assert [(each.action, each.descriptors) for each in asked] == [
                    ("use_remote_tool", (DESCRIPTORS[agent.harness],))
                ]
                # opencode asks before it tells the arguments.
                assert "hello-4711" in asked[0].detail or agent is OPENCODE
            outcomes = [each.outcome for each in host.client.of(ToolFinished)]
            assert outcomes == ["ok" if approved else "denied"]
            assert ("Echo: hello-4711" in world.heard()) is approved
            if agent.harness != "acp:opencode":
                told = [each for each in host.client.of(McpServerChanged) if each.server == "everything"]
                assert told[-1].status == "ready"
            await host.ended()
        for folder, _, files in os.walk(tmp_path / "home" / "runs"):
            for name in files:
                path = Path(folder, name)
                if path.is_file() and SECRET.encode() in path.read_bytes():
                    assert oct(path.stat().st_mode & 0o077) == "0o0", path
        assert not bench.processes_with("mcp-server-everything")
