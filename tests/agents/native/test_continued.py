import os
import signal

import pytest

from mogplex_contracts.events.link import CommandRejected
from mogplex_contracts.events.run import RunStarted
from mogplex_contracts.events.tool import ToolStarted
from mogplex_contracts.reduce.evolve import evolve
from mogplex_daemon.harness.loop.kept_history import NOT_FINISHED
from mogplex_daemon.runhost.process_tree import kill_commands_of
from tests.agents.model_server import Answer, Call, ModelServer
from tests.agents.native.runs import native
from tests.agents.openai_server import OpenAIDialect, said_to
from tests.support.run_host import Bench, Host

pytestmark = pytest.mark.anyio

BATCH = (
    Call("run_command", {"command": "echo one >> done; echo sk-0123456789abcdef0123456789"}, "c1"),
    Call("run_command", {"command": "echo two >> done; echo begun; sleep 300"}, "c2"),
    Call("run_command", {"command": "echo three >> done"}, "c3"),
)


async def killed_in_the_middle(bench: Bench) -> Host:
    """A run whose host was killed in the second call of three."""
    bench.mode = "auto"
    async with native(bench, [Answer("I do three things.", BATCH)], task="do three things") as run:
        await run.client.until_output("begun")
        os.kill(run.host.process.pid, signal.SIGKILL)
        await run.host.ended()
        kill_commands_of(str(run.host.folder.root.resolve()))
        return run.host


async def test_a_run_whose_host_was_killed_goes_on_without_running_a_call_twice(bench: Bench):
    before = await killed_in_the_middle(bench)
    async with ModelServer(OpenAIDialect(), [Answer("I looked: two of three are done.")]).serve() as server:
        config = bench.home.config.read_text().splitlines()
        said = [f'base_url = "{server.url}/v1"' if line.startswith("base_url") else line for line in config]
        bench.write_home("config.toml", "\n".join(said))
        async with bench.host(task="go on") as host:
            host.start = evolve(host.start, continues=before.start.run_id)
            client = await host.begin()
            await client.to_the_end(lambda _: True)
            assert client.state.status == "completed"
            assert client.of(RunStarted)[0].continues == before.start.run_id
            assert client.of(ToolStarted) == []
        body = server.seen[0].body
    first, second, third = said_to(body, "tool")
    assert "[exit code 0]" in first and second == NOT_FINISHED and third.startswith("This was not run")
    users = said_to(body, "user")
    assert users[0] == "do three things"
    assert (
        "goes on from an earlier one" in users[1] and "run_command" in users[1] and users[1].endswith("go on")
    )
    assert (bench.workspace / "done").read_text() == "one\ntwo\n"
    kept = b"".join(path.read_bytes() for path in before.folder.agent.iterdir())
    assert b"sk-0123456789abcdef" not in kept and b"[redacted]" in kept
    assert all(
        path.stat().st_mode & 0o077 == 0 for path in (before.folder.agent, *before.folder.agent.iterdir())
    )


async def test_a_run_that_cannot_be_continued_says_why(bench: Bench):
    async with native(bench, [Answer("Done.", hold_after=2)]) as run:
        await run.server.holding.wait()
        async with bench.host() as second:
            await second.client.greet()
            answer = await second.client.ask(evolve(second.start, continues=run.host.start.run_id))
            assert isinstance(answer, CommandRejected) and answer.code == "still_runs"
        run.server.released.set()
        await run.to_the_end()
        for changes, code in (
            ({"continues": "run_nobody"}, "unknown_run"),
            ({"continues": "../x"}, "unknown_run"),
            ({"continues": run.host.start.run_id, "harness": "demo"}, "other_harness"),
            ({"continues": run.host.start.run_id, "cwd": "/"}, "other_workspace"),
        ):
            async with bench.host() as third:
                await third.client.greet()
                answer = await third.client.ask(evolve(third.start, **changes))
                assert isinstance(answer, CommandRejected) and answer.code == code
