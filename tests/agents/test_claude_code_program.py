import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import psutil
import pytest
from watchfiles import awatch

from mogplex_contracts.commands.run import AgentInterrupt, ModelChange, RunKill, RunPause, RunResume
from mogplex_contracts.events.agent import AgentFinished, AgentPlanUpdated, AgentSpawned
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.patch import PatchApplied, PatchProposed, PatchRejected
from mogplex_contracts.events.run import RunModeChanged, RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.home.paths import Home
from tests.agents.claude_server import Use
from tests.agents.claude_world import KEY, ClaudeWorld, claude_world
from tests.agents.script import Cut, Hold, Run, Say, Spawn, Status, Think, WriteFile
from tests.support.repository import make_repository
from tests.support.run_host import PATIENCE_SECONDS, Bench, Host, goes_on, words_of

pytestmark = pytest.mark.anyio

World = Callable[..., tuple[Bench, ClaudeWorld]]
SLEEP = f"import time; time.sleep(1000.{os.getpid()})"
LONG = f"echo > begun; exec python3 -c '{SLEEP}'"
"""A command that does not end by itself, and says into a pipe that it has begun. (`sleep` it refuses to run.)"""
LOOK_MS = 200
"""How soon a file is looked at that may have been written before it was watched."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Makes a bench whose runs are Claude Code's, and the world they are in, from what the model says."""
    with ExitStack() as stack:

        def make(*main: Any, **more: Any) -> tuple[Bench, ClaudeWorld]:
            script = {"main": main, **more} if main else {}
            world = stack.enter_context(claude_world(tmp_path, script))
            bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"), harness="claude-code")
            bench.environ = world.environ
            os.mkfifo(bench.workspace / "begun")
            return bench, world

        yield make


def claude_of(host: Host) -> psutil.Process:
    """The agent's process of a host."""
    children = psutil.Process(host.process.pid).children(recursive=True)
    return next(each for each in children if "stream-json" in words_of(each))


async def until_begun(bench: Bench) -> None:
    """Wait until the long command runs."""
    await anyio.to_thread.run_sync((bench.workspace / "begun").read_text)


async def until_written_down(host: Host, text: str) -> None:
    """Wait until the agent has written down that it said this, which it does beside its work."""
    folder = host.folder.agent / "config"
    looks = awatch(folder, rust_timeout=LOOK_MS, yield_on_timeout=True)
    with anyio.fail_after(PATIENCE_SECONDS):
        async for _ in looks:
            kept = [path.read_text() for path in folder.glob("projects/*/*.jsonl")]
            if any(text in whole.rpartition("\n")[0] for whole in kept):
                break
    await looks.aclose()


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


async def test_files_are_changed_by_patches_that_are_shown_before(world: World):
    write = WriteFile("main.py", "def main():\n    print('one')\n")
    edit = Use(
        "Edit", {"file_path": "$CWD/main.py", "old_string": "print('one')", "new_string": "print('two')"}
    )
    bench, _ = world(
        [write], [edit], [Use("Read", {"file_path": "$CWD/main.py"})], [Say("main.py is in place.")]
    )
    async with bench.run() as host:
        client = host.client
        asked = await client.to_the_end(lambda request: True)
        assert [(each.action, each.descriptors, each.target) for each in asked] == [
            ("apply_patch", ("write:main.py",), "main.py"),
            ("apply_patch", ("write:main.py",), "main.py"),
        ]
        proposed = client.of(PatchProposed)
        assert [each.diff for each in proposed] == [each.detail for each in asked]
        assert proposed[0].diff.startswith("--- /dev/null\n+++ b/main.py\n@@ -0,0 +1,2 @@\n+def main():\n")
        assert "-    print('one')\n+    print('two')\n" in proposed[1].diff
        assert [(each.files[0].change, each.files[0].added) for each in proposed] == [
            ("add", 2),
            ("update", 1),
        ]
        assert [each.patch_id for each in client.of(PatchApplied)] == [each.patch_id for each in proposed]
        assert [each.patch_id for each in asked] == [each.patch_id for each in proposed]
        assert [(each.tool, each.action, each.target) for each in client.of(ToolStarted)] == [
            ("Write", "apply_patch", "main.py"),
            ("Edit", "apply_patch", "main.py"),
            ("Read", "read", "main.py"),
        ]
        assert "print('two')" in (bench.workspace / "main.py").read_text()


async def test_a_rejection_carries_its_note_and_nothing_is_done(world: World):
    bench, there = world([WriteFile("main.py", "x = 1\n")], [Run("rm -rf src")], [Say("I leave it.")])
    async with bench.run() as host:
        client = host.client
        await client.decide(await client.until(ApprovalRequested), approve=False, note="not in this folder")
        assert client.of(PatchRejected) or await client.until(PatchRejected)
        await client.decide(await client.until(ApprovalRequested), approve=False, note="never")
        await client.to_the_end(lambda request: False)
        assert [each.outcome for each in client.of(ToolFinished)] == ["denied", "denied"]
        assert "not in this folder" in client.of(PatchRejected)[0].reason
        assert "A person rejected this. never Nothing was done." in there.heard()
        assert not (bench.workspace / "main.py").exists()
        assert client.of(RunStatusChanged)[-1].status == "completed"


async def test_what_it_takes_for_harmless_is_asked_too_and_settings_of_anybody_allow_nothing(world: World):
    look = [
        Run("ls"),
        Use("Read", {"file_path": "/etc/hostname"}),
    ]
    bench, _ = world(look, [Say("I have looked.")])
    theirs = bench.workspace / ".claude"
    theirs.mkdir()
    for name in ("settings.json", "settings.local.json"):
        (theirs / name).write_text('{"permissions": {"allow": ["Bash(ls)", "Read(//etc/**)"]}}')
    async with bench.run() as host:
        asked = await host.client.to_the_end(lambda request: True)
        assert {each.descriptors[0] for each in asked} == {"bash:ls", "read:/etc/hostname"}


async def test_our_rules_decide_before_a_person(world: World):
    bench, _ = world([Run("echo yes > yes.txt")], [Run("git status")], [Say("Good.")])
    rules = {"allow": ["bash:git status", "bash:echo *", "write:yes.txt"], "deny": ["bash:git *"]}
    bench.write_home("permissions.json", json.dumps({"version": 1, "rules": rules}))
    async with bench.run() as host:
        client = host.client
        asked = await client.to_the_end(lambda request: False)
        decided = [(each.target, each.decision) for each in client.of(ApprovalResolved)]
        assert ("git status", "auto_approved") in decided
        assert len(asked) + len([each for each in decided if each[1].startswith("auto")]) == 2


async def test_in_auto_mode_nothing_is_asked_and_everything_is_told(world: World):
    bench, _ = world([Run("touch one.txt")], [WriteFile("two.txt", "2\n")], [Say("Done.")])
    bench.mode = "auto"
    async with bench.run() as host:
        client = host.client
        assert await client.to_the_end(lambda request: False) == []
        assert [(each.target, each.decision) for each in client.of(ApprovalResolved)] == [
            ("touch one.txt", "auto_approved"),
            ("two.txt", "auto_approved"),
        ]
        assert (bench.workspace / "one.txt").exists()
        assert (bench.workspace / "two.txt").read_text() == "2\n"


async def test_a_failed_command_has_its_exit_code_and_its_output(world: World):
    bench, _ = world([Run("echo out; echo err >&2; exit 3")], [Say("It failed.")])
    async with bench.run() as host:
        await host.client.to_the_end(lambda request: True)
        finished = host.client.of(ToolFinished)[0]
        assert (finished.outcome, finished.exit_code, finished.output) == ("error", 3, "out\nerr")


async def test_a_big_output_is_whole_though_the_agent_tells_only_its_beginning(world: World):
    bench, _ = world([Run("seq 1 60000")], [Say("Done.")])
    async with bench.run() as host:
        await host.client.to_the_end(lambda request: True)
        finished = host.client.of(ToolFinished)[0]
        assert (finished.outcome, finished.exit_code) == ("ok", 0)
        assert finished.artifact is not None
        assert finished.artifact.bytes > 340_000
        assert finished.output.startswith("1\n2\n")


async def test_a_command_that_runs_is_heard_before_it_ends(world: World):
    bench, _ = world([Run("echo a line; read answer < begun; echo got $answer")], [Say("Done.")])
    async with bench.run() as host:
        client = host.client
        await client.decide(await client.until(ApprovalRequested), approve=True)
        await client.until_output("a line")
        await anyio.to_thread.run_sync((bench.workspace / "begun").write_text, "it\n")
        await client.to_the_end(lambda request: True)
        assert client.of(ToolFinished)[0].output == "a line\ngot it"


async def test_a_tool_nobody_knows_here_is_asked_under_its_own_name(world: World):
    bench, _ = world([Use("WebFetch", {"url": "http://127.0.0.1:9/", "prompt": "title"})], [Say("No web.")])
    async with bench.run() as host:
        asked = await host.client.to_the_end(lambda request: False)
        assert [(each.action, each.descriptors) for each in asked] == [
            ("use_remote_tool", ("mcp:claude-code/WebFetch",))
        ]
        assert "http://127.0.0.1:9/" in asked[0].detail


async def test_a_call_with_wrong_arguments_is_told_though_it_is_never_asked(world: World):
    bench, _ = world([Use("Bash", {"comand": "ls"})], [Say("A slip.")])
    async with bench.run() as host:
        assert await host.client.to_the_end(lambda request: True) == []
        assert [each.tool for each in host.client.of(ToolStarted)] == ["Bash"]
        assert [each.outcome for each in host.client.of(ToolFinished)] == ["error"]


async def test_sub_agents_are_agents_with_a_parent_and_ask_at_the_same_time(world: World):
    bench, _ = world(
        [Say("Two agents."), Spawn("[alpha] write alpha"), Spawn("[beta] write beta")],
        [Say("Both are back.")],
        alpha=[[Say("alpha works"), Run("echo alpha > alpha.txt")], [Say("alpha is done")]],
        beta=[[Say("beta works"), Run("echo beta > beta.txt")], [Say("beta is done")]],
    )
    async with bench.run() as host:
        client = host.client
        while len(client.state.approvals.pending) < 2:
            await client.next()
        waiting = {each.request.agent_id for each in client.state.approvals.pending.values()}
        await client.to_the_end(lambda request: True)
        main, *children = client.of(AgentSpawned)
        assert [each.number for each in children] == [2, 3]
        assert {each.parent_id for each in children} == {main.agent_id}
        assert waiting == {each.agent_id for each in children}
        said = {each.text: each.agent_id for each in client.of(AssistantMessage)}
        assert said["Two agents."] == said["Both are back."] == main.agent_id
        assert said["alpha works"] != said["beta works"]
        assert {said["alpha works"], said["beta works"]} == waiting
        assert [each.status for each in client.of(AgentFinished)] == ["completed"] * 3
        spent = client.state.usage.agents
        # Which of several agents a call belongs to cannot always be told; that it is counted once can.
        assert set(spent) <= {main.agent_id, *(each.agent_id for each in children)}
        assert client.state.usage.total.output_tokens == 6 * 40
        assert sorted(path.name for path in bench.workspace.glob("*.txt")) >= ["alpha.txt", "beta.txt"]


async def test_an_interrupt_stops_the_command_and_the_agent_goes_on(world: World):
    bench, there = world([Run(LONG)], [Say("Another course.")])
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        await client.decide(request, approve=True)
        await until_begun(bench)
        answer = await client.ask(AgentInterrupt(agent_id=request.agent_id))
        assert isinstance(answer, CommandAccepted), answer
        await client.to_the_end(lambda request: True)
        assert [each.outcome for each in client.of(ToolFinished)] == ["interrupted"]
        assert "[interrupted]" in there.heard()
        assert client.of(RunStatusChanged)[-1].status == "completed"
        assert bench.processes_with(SLEEP) == []


async def test_what_was_said_before_an_interrupt_is_heard_behind_it(world: World):
    bench, there = world([Run("touch one.txt")], [Run("touch two.txt")], [Say("I mind it.")], [Say("Done.")])
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        await client.say("[word] mind the gap")
        await client.decide(request, approve=True)
        second = await client.until(ApprovalRequested)
        await client.ask(AgentInterrupt(agent_id=second.agent_id))
        await client.to_the_end(lambda request: True)
        assert "mind the gap" in there.heard()
        assert client.state.status == "completed"
        assert [each.decision for each in client.of(ApprovalResolved)] == ["approved", "expired"]


async def test_an_interrupt_withdraws_what_is_asked(world: World):
    bench, _ = world([WriteFile("main.py", "x\n")], [Say("Another course.")])
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        await client.ask(AgentInterrupt(agent_id=request.agent_id))
        await client.until_gone()
        assert [each.decision for each in client.of(ApprovalResolved)] == ["expired"]
        assert client.of(PatchRejected)
        assert client.state.approvals.pending == {}
        assert not (bench.workspace / "main.py").exists()


async def test_a_sub_agent_is_stopped_by_itself(world: World):
    bench, _ = world(
        [Spawn("[alpha] write alpha"), Spawn("[beta] write beta")],
        [Say("One is back.")],
        alpha=[[Run(LONG)], [Say("alpha is done")]],
        beta=[[Run("echo beta > beta.txt")], [Say("beta is done")]],
    )
    async with bench.run() as host:
        client = host.client
        while len(client.state.approvals.pending) < 2:
            await client.next()
        requests = {each.request.target: each.request for each in client.state.approvals.pending.values()}
        alpha = requests[LONG]
        await client.decide(alpha, approve=True)
        await until_begun(bench)
        assert isinstance(await client.ask(AgentInterrupt(agent_id=alpha.agent_id)), CommandAccepted)
        await client.to_the_end(lambda request: True)
        ends = {each.agent_id: each.status for each in client.of(AgentFinished)}
        assert ends.pop(alpha.agent_id) == "killed"
        assert set(ends.values()) == {"completed"}
        assert (bench.workspace / "beta.txt").exists()


async def test_a_pause_holds_the_answer_back(world: World):
    bench, _ = world([Run("touch one.txt")], [Say("Done.")])
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        await client.ask(RunPause())
        await client.decide(request, approve=True)
        await client.until_status("paused")
        assert not (bench.workspace / "one.txt").exists()
        await client.ask(RunResume())
        await client.to_the_end(lambda request: True)
        assert (bench.workspace / "one.txt").exists()
        assert [each.status for each in client.of(RunStatusChanged)] == ["paused", "running", "completed"]


async def test_what_a_person_adds_is_read_in_the_middle_of_the_turn_or_makes_the_next(world: World):
    bench, there = world([Run("touch one.txt")], [Run("touch two.txt")], [Say("First.")], [Say("Second.")])
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        await client.say("and look to the left")
        await client.decide(request, approve=True)
        second = await client.until(ApprovalRequested)
        assert "and look to the left" not in there.heard()
        await client.decide(second, approve=True)
        await client.until(AssistantMessage, where=lambda event: event.text == "First.")
        assert "and look to the left" in there.heard()
        await client.to_the_end(lambda request: True)


async def test_a_follow_up_after_the_turn_makes_another_turn(world: World):
    bench, there = world([Run("touch one.txt")], [Hold(), Say("First.")], [Say("Second.")])
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        await client.decide(request, approve=True)
        # The call of this turn has been made already: the next chance is the next turn.
        await anyio.to_thread.run_sync(there.wait_held)
        await client.answer(await client.say("now the next thing"))
        there.release()
        await client.to_the_end(lambda request: True)
        assert [each.text for each in client.of(AssistantMessage)] == ["First.", "Second."]
        assert "now the next thing" in there.heard()
        assert [each.status for each in client.of(AgentFinished)] == ["completed"]


async def test_the_model_is_switched_in_the_middle_and_an_unknown_one_is_refused(world: World):
    bench, there = world([Run("touch one.txt")], [Say("Done.")])
    bench.write_home("permissions.json", json.dumps({"version": 1, "rules": {"allow": ["model:*"]}}))
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        refused = await client.ask(ModelChange(model="no-such-model"))
        assert isinstance(refused, CommandRejected)
        assert "no-such-model" in refused.reason
        accepted = await client.ask(ModelChange(model="claude-opus-4-5"))
        assert isinstance(accepted, CommandAccepted), accepted
        await client.decide(request, approve=True)
        await client.to_the_end(lambda request: True)
        assert there.models()[-1] == "claude-opus-4-5"
        assert client.state.model == "claude-opus-4-5"


async def test_usage_is_told_call_by_call_with_its_cost_and_the_context(world: World):
    bench, _ = world([Run("touch one.txt")], [Say("Done.")])
    async with bench.run() as host:
        client = host.client
        await client.to_the_end(lambda request: True)
        reports = client.of(UsageReported)
        assert len(reports) == 2
        assert reports[0].input_tokens == 1_010 + 100 + 5_000
        assert (reports[0].cache_read_tokens, reports[0].cache_write_tokens) == (5_000, 100)
        assert [each.output_tokens for each in reports] == [40, 40]
        assert all(each.cost_usd and each.cost_usd > 0 for each in reports)
        assert reports[0].context_used == 6_110 + 40
        assert reports[0].context_window == 200_000


async def test_what_was_used_after_its_memory_was_cleared_is_counted_too(world: World):
    bench, there = world([Hold(), Say("First.")], [Say("Second.")])
    async with bench.run() as host:
        client = host.client
        # Said before its first turn ends: a run with nothing more to do is over.
        await client.answer(await client.say("/clear"))
        await client.answer(await client.say("begin anew"))
        there.release()
        await client.to_the_end(lambda request: True)
        assert [each.text for each in client.of(AssistantMessage)] == ["First.", "Second."]
        # It counts from 0 again, and comes to the same as before.
        first, second = client.of(UsageReported)
        assert (first.input_tokens, first.cost_usd) == (second.input_tokens, second.cost_usd)
        assert client.state.usage.total.output_tokens == 80


@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        (Status(401, "invalid x-api-key"), "model_auth", "Sign in"),
        (Status(404, "model: nothing"), "model_not_found", "model"),
        (Status(429, "slow down", {"retry-after": "1"}), "model_rate_limit", "429"),
        (Status(500, "broken"), "model_unavailable", "500"),
        (Status(529, "Overloaded"), "model_unavailable", "Overloaded"),
        (Status(400, "prompt is bad"), "model_rejected", "prompt is bad"),
    ],
)
async def test_what_goes_wrong_with_the_model_ends_the_run_in_words(
    world: World, trouble: Status, code: str, said: str
):
    bench, _ = world([trouble])
    async with bench.run() as host:
        client = host.client
        await client.until_gone()
        error = client.of(Error)[-1]
        assert error.code == code, error
        assert said in error.message
        assert client.of(RunStatusChanged)[-1].status == "failed"
        assert client.of(AgentFinished)[-1].status == "failed"
        if trouble.code in (429, 500, 529):
            assert any(each.code == "model_retry" for each in client.of(Diagnostic))


async def test_a_server_that_is_not_there_is_named(world: World):
    bench, _ = world()
    async with bench.run() as host:
        await host.client.until_gone()
        assert host.client.of(Error)[-1].code == "model_unreachable"


async def test_a_stream_that_is_cut_is_taken_up_again(world: World):
    bench, _ = world([Cut("This will be cut.")], [Say("Recovered.")])
    async with bench.run() as host:
        await host.client.until_gone()
        assert [each.text for each in host.client.of(AssistantMessage)][-1] == "Recovered."
        assert host.client.of(RunStatusChanged)[-1].status == "completed"
        assert host.client.state.live.messages == {}


async def test_a_crash_is_survived_once_and_nothing_of_it_is_left(world: World):
    bench, there = world([Run(LONG)], [Run("touch after.txt")], [Say("I went on.")])
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        await client.decide(request, approve=True)
        await until_begun(bench)
        await until_written_down(host, LONG)
        claude_of(host).kill()
        await client.until(Diagnostic, where=lambda event: event.code == "agent_restarted")
        assert bench.processes_with(SLEEP) == []
        again = await client.until(ApprovalRequested)
        assert again.target == "touch after.txt"
        await client.decide(again, approve=True)
        await client.to_the_end(lambda request: True)
        assert "[restarted]" in there.heard()
        assert "echo > begun" in there.heard()
        assert [each.outcome for each in client.of(ToolFinished)] == ["interrupted", "ok"]
        assert len(client.of(AgentSpawned)) == 1
        assert client.of(RunStatusChanged)[-1].status == "completed"
        assert client.state.usage.total.output_tokens == 3 * 40


async def test_a_crash_before_anything_was_written_down_begins_again_with_the_task(world: World):
    bench, there = world([Run("touch one.txt")], [Run("touch two.txt")], [Say("I began again.")])
    async with bench.run() as host:
        client = host.client
        await client.until(ApprovalRequested)
        agent = claude_of(host)
        agent.suspend()  # so that it writes nothing down behind our back
        shutil.rmtree(host.folder.root / "agent" / "config" / "projects", ignore_errors=True)
        agent.kill()
        told = await client.until(Diagnostic, where=lambda event: event.code == "agent_restarted")
        assert told.message.endswith("it is started again and is given the task anew")
        again = await client.until(ApprovalRequested)
        assert again.target == "touch two.txt"
        await client.decide(again, approve=True)
        await client.to_the_end(lambda request: True)
        assert "[restarted]" in there.heard()
        assert client.of(RunStatusChanged)[-1].status == "completed"
        assert not (bench.workspace / "one.txt").exists()


async def test_a_second_crash_ends_the_run(world: World):
    bench, _ = world([Run("touch one.txt")], [Run("touch two.txt")])
    async with bench.run() as host:
        client = host.client
        for _ in range(2):
            await client.until(ApprovalRequested)
            claude_of(host).kill()
            await client.until(ApprovalResolved)
        await client.until_gone()
        assert [each.code for each in client.of(Error)] == ["agent_crashed"]
        assert [each.decision for each in client.of(ApprovalResolved)] == ["expired", "expired"]
        assert client.of(RunStatusChanged)[-1].status == "failed"


async def test_a_kill_leaves_no_process(world: World):
    bench, _ = world([Run(LONG)], [Say("Never.")])
    async with bench.run() as host:
        client = host.client
        await client.decide(await client.until(ApprovalRequested), approve=True)
        await until_begun(bench)
        family = psutil.Process(host.process.pid).children(recursive=True)
        assert len(family) > 1
        await client.ask(RunKill())
        await client.until_gone()
        assert client.of(RunStatusChanged)[-1].status == "killed"
        assert [each for each in family if goes_on(each)] == []


async def test_nothing_of_the_persons_is_changed(world: World):
    bench, there = world([Run("touch one.txt")], [WriteFile("main.py", "x\n")], [Say("Done.")])

    def listing() -> dict[str, bytes | None]:
        return {
            str(path): path.read_bytes() if path.is_file() else None for path in sorted(there.home.rglob("*"))
        }

    before = listing()
    async with bench.run() as host:
        await host.client.to_the_end(lambda request: True)
        assert host.client.of(RunStatusChanged)[-1].status == "completed"
        assert await host.ended() == 0
        folder = host.folder.root / "agent"
        assert (folder / "config" / "projects").is_dir()
        assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert listing() == before
    assert there.server is not None
    assert set(there.server.keys) == {KEY}


async def test_a_persons_own_sign_in_works(world: World):
    bench, there = world([Say("Hello.")])
    oauth = {
        "accessToken": "sk-ant-oat01-loopback", "refreshToken": "sk-ant-ort01-loopback",
        "expiresAt": 4_102_444_800_000, "scopes": ["user:inference", "user:profile"], "subscriptionType": "max",
    }  # fmt: skip
    sign_in = there.theirs / ".credentials.json"
    sign_in.write_text(json.dumps({"claudeAiOauth": oauth}))
    sign_in.chmod(0o600)
    bench.environ = {name: value for name, value in bench.environ.items() if name != "ANTHROPIC_API_KEY"}
    async with bench.run() as host:
        await host.client.until_gone()
        assert host.client.of(RunStatusChanged)[-1].status == "completed", host.client.of(Error)
    assert there.server is not None
    assert set(there.server.keys) == {"Bearer sk-ant-oat01-loopback"}
    assert json.loads(sign_in.read_text())["claudeAiOauth"] == oauth


ASK = Use(
    "AskUserQuestion",
    {
        "questions": [
            {
                "question": "Which color?",
                "header": "Color",
                "multiSelect": False,
                "options": [
                    {"label": "Red", "description": "warm"},
                    {"label": "Blue", "description": "cool"},
                ],
            }
        ]
    },
)


@pytest.mark.parametrize(
    ("approve", "note", "told"),
    [
        (True, "Blue, but dark", "Blue, but dark"),
        (True, "", '\\"Red\\"'),
        (False, "Blue", "Blue"),
        (False, "", "A person rejected this."),
    ],
)
async def test_its_questions_are_answered_by_the_note(world: World, approve: bool, note: str, told: str):
    bench, there = world([ASK], [Say("Thanks.")])
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested)
        assert request.target == "Which color?"
        assert "- Blue: cool" in request.detail
        await client.decide(request, approve=approve, note=note)
        await client.to_the_end(lambda request: True)
        assert told in there.heard()


async def test_a_question_nobody_sees_is_the_agents_to_decide(world: World):
    bench, there = world([ASK], [Say("Red then.")])
    bench.mode = "auto"
    async with bench.run() as host:
        assert await host.client.to_the_end(lambda request: True) == []
        assert "No person answers now" in there.heard()


async def test_a_plan_is_shown_and_approved(world: World):
    bench, _ = world(
        [Use("EnterPlanMode", {})], [Use("ExitPlanMode", {"plan": "1. look\n2. build"})], [Say("Ready.")]
    )
    async with bench.run() as host:
        client = host.client
        asked = await client.to_the_end(lambda request: True)
        assert [each.descriptors for each in asked] == [("mcp:claude-code/ExitPlanMode",)]
        assert asked[0].detail.startswith("1. look\n2. build\n")
        assert [each.mode for each in client.of(RunModeChanged)] == ["planning", "executing"]


async def test_its_to_do_list_is_the_plan_that_is_shown(world: World):
    bench, _ = world(
        [Use("TaskCreate", {"subject": "Look", "description": "look", "activeForm": "Looking"})],
        [Use("TaskCreate", {"subject": "Build", "description": "build", "activeForm": "Building"})],
        [Use("TaskUpdate", {"taskId": "1", "status": "completed"})],
        [Say("That is the plan.")],
    )
    async with bench.run() as host:
        assert await host.client.to_the_end(lambda request: True) == []
        plan = host.client.of(AgentPlanUpdated)[-1]
        assert [(each.text, each.status) for each in plan.steps] == [("Look", "done"), ("Build", "pending")]


async def test_it_is_told_the_repos_instructions_and_what_to_install_when_it_is_missing(world: World):
    bench, there = world([Say("Hello.")])
    (bench.workspace / "AGENTS.md").write_text("Always whistle.\n")
    async with bench.run() as host:
        await host.client.until_gone()
    assert there.server is not None
    assert "Always whistle." in json.dumps(there.server.requests[0][1]["system"])
    bench.environ["PATH"] = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not (Path(folder) / "claude").exists()
    )
    async with bench.host() as host:
        client = await host.begin()
        await client.until_gone()
        assert client.of(Error)[-1].code == "agent_missing"
        assert "npm install -g @anthropic-ai/claude-code" in client.of(Error)[-1].message
