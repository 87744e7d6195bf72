"""Limits and wishes of a person, with the real host process."""

import pytest

from mogplex_contracts.commands.memory import MemoryDelete
from mogplex_contracts.commands.run import LimitsSet, ModelChange, RunResume
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.memory import MemoryDeleted
from mogplex_contracts.events.run import Limits, RunLimitsChanged, RunStatusChanged
from mogplex_contracts.events.usage import UsageThresholdCrossed
from mogplex_daemon.home.memory import MemoryStore
from mogplex_daemon.home.repo_slug import repo_slug
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio

THREE_STEPS = "[limits]\nmax_steps = 3\nwarn_at = 0.5\n"


async def at_the_limit(client) -> ApprovalRequested:
    return await client.until(ApprovalRequested, where=lambda event: event.action == "raise_limit")


async def test_a_run_that_reaches_a_limit_stands_still_and_goes_on_when_it_is_raised(bench: Bench):
    bench.mode = "auto"
    bench.write_home("config.toml", THREE_STEPS)
    async with bench.run() as host:
        asked = await at_the_limit(host.client)
        assert asked.target == "steps limit 3 → 5"
        paused = await host.client.until(RunStatusChanged, where=lambda event: event.status == "paused")
        assert paused.reason == "limit"
        refused = await host.client.ask(RunResume())
        assert isinstance(refused, CommandRejected)
        assert refused.code == "at_limit"
        await host.client.send_decision(asked, approve=True)
        changed = await host.client.until(RunLimitsChanged)
        assert changed.limits.max_steps == 5
        await host.client.until(RunStatusChanged, where=lambda event: event.status == "running")
        assert await host.client.ask(LimitsSet(limits=Limits()))
    warned = [event for event in host.client.of(UsageThresholdCrossed) if event.severity == "soft"]
    assert [(event.kind, event.value) for event in warned][:1] == [("steps", 2)]


async def test_a_rejected_raise_stops_the_run(bench: Bench):
    bench.mode = "auto"
    bench.write_home("config.toml", THREE_STEPS)
    async with bench.run() as host:
        await host.client.send_decision(await at_the_limit(host.client), approve=False)
        ended = await host.client.until(RunStatusChanged, where=lambda event: event.status == "killed")
        assert ended.reason == "limit"


async def test_the_demo_says_that_its_model_cannot_be_changed(bench: Bench):
    async with bench.run() as host:
        answer = await host.client.ask(ModelChange(model="opus-4.7"))
        assert isinstance(answer, CommandRejected)
        assert answer.code == "fixed_model"
        assert "/model before the next run" in answer.reason


async def test_a_memory_entry_is_forgotten_only_through_the_gate(bench: Bench):
    store = MemoryStore(bench.home.memory(repo_slug(bench.workspace)))
    await store.write("auth", "auth uses bearer tokens", "run_before", "agt_before")
    async with bench.run() as host:
        delete = MemoryDelete(id="cmd_no", key="auth")
        await host.client.send(delete)
        asked = await host.client.until(ApprovalRequested, where=lambda event: event.tool == "delete_memory")
        assert "auth uses bearer tokens" in asked.detail
        await host.client.send_decision(asked, approve=False)
        answer = await host.client.answer(delete)
        assert isinstance(answer, CommandRejected)
        assert "auth is kept" in answer.reason
        assert await store.read("auth") is not None
        again = MemoryDelete(id="cmd_yes", key="auth")
        await host.client.send(again)
        asked = await host.client.until(ApprovalRequested, where=lambda event: event.tool == "delete_memory")
        await host.client.send_decision(asked, approve=True)
        gone = await host.client.until(MemoryDeleted)
        assert gone.by is not None
        assert isinstance(await host.client.answer(again), CommandAccepted)
        assert await store.read("auth") is None
        unknown = await host.client.ask(MemoryDelete(key="auth"))
        assert isinstance(unknown, CommandRejected)
        assert unknown.code == "unknown_key"
