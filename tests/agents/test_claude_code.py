from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mogplex_contracts.events.agent import AgentFinished, AgentSpawned
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_daemon.home.paths import Home
from tests.agents.claude_world import ClaudeWorld, claude_world
from tests.agents.script import Run, Say, Think
from tests.support.repository import make_repository
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio

World = Callable[..., tuple[Bench, ClaudeWorld]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Makes a bench whose runs are Claude Code's, and the world they are in, from what the model says."""
    with ExitStack() as stack:

        def make(*main: Any, **more: Any) -> tuple[Bench, ClaudeWorld]:
            script = {"main": main, **more} if main else {}
            world = stack.enter_context(claude_world(tmp_path, script))
            bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"), harness="claude-code")
            bench.environ = world.environ
            return bench, world

        yield make


async def test_it_says_hello_in_deltas_and_ends(world: World):
    bench, _ = world([Think("What do they want?"), Say("Hello from the model.")])
    async with bench.run() as host:
        client = host.client
        asked = await client.to_the_end(lambda request: True)
        assert asked == []
        assert "".join(each.text for each in client.of(AssistantDelta)) == "Hello from the model."
        assert [each.text for each in client.of(AssistantMessage)] == ["Hello from the model."]
        assert client.of(AgentSpawned)[0].model
        assert [each.status for each in client.of(AgentFinished)] == ["completed"]
        assert client.of(RunStatusChanged)[-1].status == "completed"


async def test_a_command_runs_when_it_is_approved(world: World):
    bench, _ = world([Run("echo made; touch one.txt")], [Say("It is made.")])
    async with bench.run() as host:
        client = host.client
        asked = await client.to_the_end(lambda request: True)
        assert [each.descriptors for each in asked] == [("bash:echo made; touch one.txt",)]
        assert [each.tool for each in client.of(ToolStarted)] == ["Bash"]
        finished = client.of(ToolFinished)[0]
        assert (finished.outcome, finished.exit_code, finished.output) == ("ok", 0, "made")
        assert (bench.workspace / "one.txt").exists()
