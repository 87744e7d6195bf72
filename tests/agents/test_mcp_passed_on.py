import json
import os
from pathlib import Path

import pytest

from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.tool import ToolFinished
from mogplex_contracts.vocabulary import Decision
from mogplex_daemon.home.paths import Home
from tests.agents.acp_world import GEMINI, OPENCODE
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.claude_world import CLAUDE_CODE
from tests.agents.codex_world import CODEX
from tests.agents.script import MAIN, Remote, Say
from tests.support.repository import make_repository
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio
SECRET = "s3cret-of-the-server-4711"
MARK = f"of-{os.getpid()}"
"""An argument that no server of another test on this machine has."""
DESCRIPTORS = {
    "codex": "mcp:everything/echo",
    "claude-code": "mcp:everything/echo",
    "acp:opencode": "mcp:everything/echo",
}


def config(programs: Path) -> str:
    return f"""
[mcp_servers.everything]
command = "{programs}/mcp-server-everything"
args = ["stdio", "{MARK}"]
cwd = "tools"
startup_timeout = 90
env = {{ ITS_TOKEN = "{SECRET}" }}
"""


@pytest.mark.parametrize("decision", ["approved", "rejected", "auto_approved"])
@pytest.mark.parametrize("agent", [CODEX, CLAUDE_CODE, OPENCODE], ids=lambda each: each.harness)
async def test_an_agent_uses_the_runs_servers_and_its_calls_pass_the_gate(
    tmp_path: Path, mcp_programs: Path, agent: AgentUnderTest, decision: Decision
):
    script = {MAIN: [[Remote("everything", "echo", "hello-4711")], [Say("Done.")]]}
    with agent.world(tmp_path, script) as world:
        bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"), harness=agent.harness)
        bench.mode = "auto" if decision == "auto_approved" else "approval"
        bench.environ = dict(world.environ)
        (bench.workspace / "tools").mkdir()
        bench.write_home("config.toml", config(mcp_programs))
        async with bench.run() as host:
            asked = await host.client.to_the_end(lambda request: decision == "approved")
            resolved = host.client.of(ApprovalResolved)
            assert [(each.action, each.decision) for each in resolved] == [("use_remote_tool", decision)]
            assert [each.descriptors for each in asked] == [(DESCRIPTORS[agent.harness],)] * (
                decision != "auto_approved"
            )
            # opencode asks before it tells the arguments.
            assert all("hello-4711" in each.detail for each in asked) or agent is OPENCODE
            allowed = decision != "rejected"
            outcomes = [each.outcome for each in host.client.of(ToolFinished)]
            assert outcomes == ["ok" if allowed else "denied"]
            assert ("Echo: hello-4711" in world.heard()) is allowed
            if agent.harness != "acp:opencode":
                told = [each for each in host.client.of(McpServerChanged) if each.server == "everything"]
                assert told[-1].status == "ready"
            await host.ended()
        for folder, _, files in os.walk(tmp_path / "home" / "runs"):
            for name in files:
                path = Path(folder, name)
                if path.is_file() and SECRET.encode() in path.read_bytes():
                    assert oct(path.stat().st_mode & 0o077) == "0o0", path
        assert not bench.processes_with(MARK)


async def test_codex_waits_for_a_server_that_takes_its_time_to_start(tmp_path: Path, mcp_programs: Path):
    slow = mcp_programs / "mcp-server-everything"
    with CODEX.world(tmp_path, {MAIN: [[Remote("slow", "echo", "hello-4711")], [Say("Done.")]]}) as world:
        bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"), harness="codex")
        bench.environ = dict(world.environ)
        bench.write_home(
            "config.toml",
            f'[mcp_servers.slow]\ncommand = "sh"\nargs = ["-c", "sleep 3; exec {slow} stdio"]\n',
        )
        async with bench.run() as host:
            await host.client.to_the_end(lambda request: True)
            assert "Echo: hello-4711" in world.heard()


async def test_a_rule_for_a_server_decides_the_calls_of_an_agent_that_names_it_only_in_a_title(
    tmp_path: Path, mcp_programs: Path
):
    script = {MAIN: [[Remote("everything", "echo", "hello-4711")], [Say("Done.")]]}
    with OPENCODE.world(tmp_path, script) as world:
        bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"), harness="acp:opencode")
        bench.environ = dict(world.environ)
        (bench.workspace / "tools").mkdir()
        bench.write_home("config.toml", config(mcp_programs))
        rules = {"version": 1, "rules": {"allow": ["mcp:everything/*"]}}
        bench.write_home("permissions.json", json.dumps(rules))
        async with bench.run() as host:
            assert await host.client.to_the_end(lambda request: False) == []
            assert [each.decision for each in host.client.of(ApprovalResolved)] == ["auto_approved"]
            assert "Echo: hello-4711" in world.heard()


async def test_servers_that_an_agent_does_not_connect_to_are_told_as_such(tmp_path: Path, mcp_programs: Path):
    with GEMINI.world(tmp_path, {MAIN: [[Say("Done.")]]}) as world:
        bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"), harness="acp:gemini")
        bench.environ = dict(world.environ)
        (bench.workspace / "tools").mkdir()
        bench.write_home("config.toml", config(mcp_programs))
        async with bench.run() as host:
            await host.client.to_the_end(lambda request: False)
            told = host.client.of(McpServerChanged)
            assert [(each.server, each.status) for each in told] == [("everything", "unavailable")]
            assert "does not trust" in (told[0].error or "")
