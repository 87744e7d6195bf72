"""Several clients of one run: all are told the same, and none can hurt another or the run."""

import resource

import anyio
import pytest

from mogplex_contracts.commands.session import Attach, Detach
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, Snapshot
from mogplex_contracts.ids import new_id
from tests.support.run_host import Bench, without_live
from tests.support.stranger import NOBODY, needs_root, what_a_stranger_hears

pytestmark = pytest.mark.anyio


async def test_every_client_is_told_every_line(bench: Bench):
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested)
        async with host.connected("grace") as grace, host.connected("alan") as alan:
            await grace.follow(0)
            await alan.follow(10)
            await host.client.send_decision(request, approve=True)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(grace.until_gone)
                tasks.start_soon(alan.until_gone)
                await host.client.to_the_end(lambda request: True)
    lines = host.journal_lines()
    assert host.client.journaled == lines
    assert grace.journaled == lines
    assert alan.journaled == lines[10:]


async def test_a_snapshot_and_the_events_after_it_are_the_whole_run(bench: Bench):
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested)
        async with host.connected("late") as late:
            await late.follow(None)
            (snapshot,) = late.of(Snapshot)
            assert snapshot.at_seq == request.seq
            await late.decide(request, approve=True)
            await late.to_the_end(lambda request: True)
    assert without_live(late.state) == host.replayed()
    assert late.journaled == host.journal_lines()[snapshot.at_seq :]


async def test_the_first_decision_wins_and_the_second_is_told_whose_it_was(bench: Bench):
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested)
        async with host.connected("grace") as grace:
            answers = {}

            async def decide(client, approve):
                answers[client] = await client.decide(request, approve=approve)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(decide, host.client, True)
                tasks.start_soon(decide, grace, False)
            (accepted,) = [c for c, answer in answers.items() if isinstance(answer, CommandAccepted)]
            (refused,) = [answer for answer in answers.values() if isinstance(answer, CommandRejected)]
            assert refused.code == "already_decided"
            assert refused.decided_by.label == accepted.hello.label
            assert refused.decided_at


async def test_a_client_that_does_not_read_delays_nobody(bench: Bench):
    async with bench.run() as host, host.connected("stalled") as stalled:
        for _ in range(100):
            await stalled.send(Attach(id=new_id("cmd"), after_seq=None))
        asked = await host.client.to_the_end(lambda request: True)
        assert len(asked) == 3
        assert await host.ended() == 0
    assert host.client.journaled == host.journal_lines()


async def test_who_detaches_hears_answers_and_nothing_else(bench: Bench):
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested)
        async with host.connected("grace") as grace:
            await grace.follow(0)
            await grace.ask(Detach())
            before = len(grace.events)
            await host.client.decide(request, approve=True)
            await host.client.until(ApprovalRequested)
            await grace.ask(Detach())
            assert [event.seq for event in grace.events[before:]] == [None]


async def test_more_clients_than_the_host_may_have_files_cost_the_run_nothing(bench: Bench):
    async with bench.host() as host:
        resource.prlimit(host.process.pid, resource.RLIMIT_NOFILE, (64, 64))
        await host.begin()
        await host.client.until(ApprovalRequested)
        streams = [await anyio.connect_unix(host.socket) for _ in range(100)]
        asked = await host.client.to_the_end(lambda request: True)
        assert await host.ended() == 0
        for stream in streams:
            await stream.aclose()
    assert len(asked) == 3
    assert (bench.workspace / "MOGPLEX_REPORT.md").exists()


async def test_clients_that_come_and_go_leave_nothing_open(bench: Bench):
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested)
        before = host.open_files()
        for _ in range(30):
            async with host.connected("passing"):
                pass
            async with host.connected("looking in") as looking:
                await looking.follow(0)
        async with host.connected("last") as last:
            await last.follow(0)
            # Before anything is decided: then the run opens files of its own, and finds out who is gone.
            assert host.open_files() - before < 10
            await last.decide(request, approve=True)


async def test_another_user_is_refused(bench: Bench):
    needs_root()
    async with bench.run() as host:
        await host.client.until(ApprovalRequested)
        assert await what_a_stranger_hears(host.socket) == f"{NOBODY} heard nothing"
