import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mogplex_contracts.commands.run import RunKill
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.message import AssistantMessage
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.patch import PatchProposed, PatchRejected
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_daemon.home.paths import Home
from tests.agents import broken_claude
from tests.support.repository import make_repository
from tests.support.run_host import Bench, Client

pytestmark = pytest.mark.anyio

Broken = Callable[[str], Bench]
PATIENCE = {"silent": 1, "silent_after_prompt": 3}
"""Seconds, where it is the silence that is looked at."""


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """A bench whose `claude` goes wrong in one way."""

    def make(way: str) -> Bench:
        bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"), harness="claude-code")
        bench.put_on_path("claude", f'exec "{sys.executable}" "{broken_claude.__file__}" {way}\n')
        if way in PATIENCE:
            bench.write_home("config.toml", f"[agents]\npatience = {PATIENCE[way]}\n")
        return bench

    return make


async def played(bench: Bench) -> Client:
    """The client of a run that was followed to its end, with everything approved."""
    async with bench.host() as host:
        client = await host.begin()
        await client.to_the_end(lambda request: True)
        assert client.state.live.messages == {}
        assert client.state.approvals.pending == {}
        return client


async def test_garbage_is_told_a_few_times_and_passed_over(broken: Broken):
    client = await played(broken("garbage"))
    told = [each.message for each in client.of(Diagnostic) if each.code == "agent_bad_line"]
    assert len(told) == 5
    assert told[-1].endswith("further ones are not told")
    assert [each.text for each in client.of(AssistantMessage)] == ["It is done."]
    assert client.of(RunStatusChanged)[-1].status == "completed"


async def test_a_line_of_5_mb_is_taken_and_one_that_is_longer_than_anything_is_told(broken: Broken):
    client = await played(broken("long_lines"))
    assert len(client.of(AssistantMessage)) == 2
    assert any("too long" in each.message for each in client.of(Diagnostic))
    assert client.of(RunStatusChanged)[-1].status == "completed"


async def test_noise_on_stderr_holds_nothing_up(broken: Broken):
    client = await played(broken("stderr_flood"))
    assert client.of(RunStatusChanged)[-1].status == "completed"


async def test_one_that_never_answers_fails_in_words_after_the_time_any_start_may_take(broken: Broken):
    client = await played(broken("silent"))
    error = client.of(Error)[-1]
    assert error.code == "agent_not_started"
    assert "did not answer within 30 s" in error.message


async def test_one_that_refuses_to_start_is_quoted(broken: Broken):
    client = await played(broken("refuses"))
    assert "no such subscription" in client.of(Error)[-1].message


async def test_one_that_falls_silent_is_told_and_can_be_killed(broken: Broken):
    async with broken("silent_after_prompt").host() as host:
        client = await host.begin()
        # It may be told before the agent has said that it is there.
        told = await client.until(Diagnostic, where=lambda event: event.code == "agent_silent")
        assert client.of(AgentSpawned) or await client.until(AgentSpawned)
        assert "Claude Code has said nothing for 3 s" in told.message
        await client.send(RunKill())
        await client.until_gone()
        assert client.of(RunStatusChanged)[-1].status == "killed"


@pytest.mark.parametrize(
    "way", ["dies_at_once", "dies_after_hello", "dies_in_the_middle", "dies_while_it_asks"]
)
async def test_wherever_it_dies_the_run_fails_with_what_it_said_last(broken: Broken, way: str):
    client = await played(broken(way))
    error = client.of(Error)[-1]
    assert error.code == ("agent_not_started" if way == "dies_at_once" else "agent_crashed")
    assert "signal 9" in error.message
    assert "Segmentation fault" in error.message
    assert client.of(RunStatusChanged)[-1].status == "failed"
    spawned = {each.agent_id for each in client.of(AgentSpawned)}
    assert {each.agent_id: each.status for each in client.of(AgentFinished)} == dict.fromkeys(
        spawned, "failed"
    )
    assert len(spawned) == (1 if way in ("dies_in_the_middle", "dies_while_it_asks") else 0)


async def test_one_that_leaves_politely_in_the_middle_has_crashed_too(broken: Broken):
    client = await played(broken("leaves_in_the_middle"))
    assert [each.code for each in client.of(Error)] == ["agent_crashed"]
    assert [each.code for each in client.of(Diagnostic) if each.code == "agent_restarted"]


async def test_what_it_leaves_open_ends_with_its_turn(broken: Broken):
    async with broken("leaves_calls_open").host() as host:
        client = await host.begin()
        await client.until(ApprovalRequested)
        await client.say("go on")
        await client.to_the_end(lambda request: True)
        events = host.journal()
    assert [each.text for each in client.of(AssistantMessage)] == ["It is done."]
    started = [each.call_id for each in events if isinstance(each, ToolStarted)]
    ended = {each.call_id: each.outcome for each in events if isinstance(each, ToolFinished)}
    assert ended == dict.fromkeys(started, "interrupted")
    last_end = max(each.seq or 0 for each in events if isinstance(each, ToolFinished))
    assert last_end < min(each.seq or 0 for each in events if isinstance(each, AssistantMessage))
    proposed = [each.patch_id for each in events if isinstance(each, PatchProposed)]
    assert [each.patch_id for each in events if isinstance(each, PatchRejected)] == proposed
    assert len(proposed) == 2
    assert client.state.approvals.pending == {}


async def test_a_newer_version_says_what_nobody_knows_and_is_still_asked_for(broken: Broken):
    client = await played(broken("newer"))
    assert [each.descriptors for each in client.of(ApprovalRequested)] == [("mcp:claude-code/Telepathy",)]
    assert client.of(AssistantMessage)[-1].text == "allow"
    assert client.of(RunStatusChanged)[-1].status == "completed"


async def test_what_it_withdraws_by_itself_is_withdrawn(broken: Broken):
    async with broken("withdraws").host() as host:
        client = await host.begin()
        await client.until_gone()
        assert [each.decision for each in client.of(ApprovalResolved)] in (["expired"], [])
        assert client.state.approvals.pending == {}
        assert client.of(RunStatusChanged)[-1].status == "completed"
