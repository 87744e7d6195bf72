"""What is lost when somebody vanishes: the cockpit, or the host itself. Nothing that was acknowledged."""

import os
import re
import signal
import subprocess
import time

import anyio
import psutil
import pytest

from mogplex_contracts.commands.run import RunKill
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.events.patch import PatchApplied
from mogplex_contracts.events.run import RunStarted
from mogplex_contracts.events.tool import ToolOutput
from mogplex_daemon.journal.checkpoint import load_state
from mogplex_daemon.runhost.process_tree import RUN_MARKER
from mogplex_daemon.runs.reap import reap_when_gone
from tests.support.house import approve_the_rest
from tests.support.run_host import Bench, Client

pytestmark = pytest.mark.anyio


async def test_a_run_goes_on_without_its_cockpit_and_waits_for_the_next_one(bench: Bench):
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested)
        await host.close_stdin()
        await host.close_stdout()
        async with host.connected("grace") as grace:
            await grace.follow(None)
            assert list(grace.state.approvals.pending) == [request.approval_id]
            await grace.decide(request, approve=True)
            await grace.to_the_end(lambda request: True)
        assert await host.ended() == 0
    assert grace.state == host.replayed()
    assert host.client.journaled == host.journal_lines()[: len(host.client.journaled)]
    assert {event.by.label for event in host.journal() if isinstance(event, ApprovalResolved)} == {"grace"}


async def test_a_cockpit_that_only_stopped_talking_is_still_told_the_run(bench: Bench):
    bench.mode = "auto"
    async with bench.run() as host:
        await host.close_stdin()
        await host.client.until_gone()
        assert await host.ended() == 0
    assert host.client.journaled == host.journal_lines()


async def test_a_decision_stands_when_its_client_is_gone_before_the_answer(bench: Bench):
    async with bench.run() as host:
        for _ in range(3):
            request = await host.client.until(ApprovalRequested)
            async with host.connected("hasty") as hasty:
                await hasty.send_decision(request, approve=True)
        await host.client.until_gone()
        assert await host.ended() == 0
    assert host.client.state.status == "completed"
    assert host.client.state.approvals.counts == {"approved": 3}


async def at_the_start(client: Client) -> None:
    assert client.of(RunStarted)


async def while_it_waits(client: Client) -> None:
    await client.until(ApprovalRequested)


async def right_after_a_decision(client: Client) -> None:
    answer = await client.decide(await client.until(ApprovalRequested), approve=True)
    assert isinstance(answer, CommandAccepted)


async def after_a_patch(client: Client) -> None:
    await client.send_decision(await client.until(ApprovalRequested), approve=True)
    await client.until(PatchApplied)


DEAF_GIT = """
case "$*" in *--check*)
    setsid sh -c 'trap "" TERM; echo first $$; exec sleep {seconds}' &
    env -i sh -c 'echo second $$; exec sleep {seconds}' & wait
esac
exec {real} "$@"
"""
"""`git diff --check` starts one process that is deaf in a session of its own, and one that knows nothing of it."""
MOMENTS = [at_the_start, while_it_waits, right_after_a_decision, after_a_patch]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
async def test_a_host_that_is_killed_has_lost_nothing_it_told(bench: Bench, moment):
    async with bench.run() as host:
        await moment(host.client)
        host.process.send_signal(signal.SIGKILL)
        await host.client.until_gone()
        assert await host.ended() == -signal.SIGKILL
    told = host.client.journaled
    assert host.journal_lines()[: len(told)] == told
    state, _ = load_state(host.folder.journal, host.folder.checkpoint)
    assert state == host.replayed()
    # A command that was just being started may hold the lock for a moment longer.
    reaped, _ = await reap_when_gone(host.folder)
    assert (reaped.status, reaped.status_reason) == ("failed", "host_lost")
    assert reaped.approvals.pending == {}
    assert host.replayed() == reaped


async def test_the_commands_of_a_host_that_is_killed_are_ended_and_nobody_elses(bench: Bench):
    bench.mode = "auto"
    seconds = f"1000.{os.getpid()}{time.monotonic_ns()}"
    bench.put_on_path("git", DEAF_GIT.replace("{seconds}", seconds))
    other = {**os.environ, RUN_MARKER: str(bench.home.run("run_other").root)}
    with subprocess.Popen(["sleep", seconds], env=other, start_new_session=True) as bystander:
        async with bench.run() as host:
            printed = ""
            while len(started := re.findall(r"(?:first|second) (\d+)\n", printed)) < 2:
                printed += (await host.client.until(ToolOutput)).text
            host.process.send_signal(signal.SIGKILL)
            await host.ended()
        assert all(psutil.pid_exists(int(pid)) for pid in started)
        reaped, _ = await reap_when_gone(host.folder)
        assert (reaped.status, reaped.status_reason) == ("failed", "host_lost")
        assert bench.processes_with(seconds) == [psutil.Process(bystander.pid)]
        bystander.kill()


async def test_a_second_host_in_the_same_folder_is_refused(bench: Bench):
    async with bench.run("run_1") as first:
        await first.client.until(ApprovalRequested)
        before = first.folder.journal.read_bytes()
        async with bench.host("run_1") as second:
            await second.client.greet()
            refused = await second.client.ask(second.start)
            assert refused.code == "run_exists"
            assert str(first.folder.lock) in refused.reason
            assert await second.ended() == 73
        assert first.folder.journal.read_bytes() == before
        await first.client.ask(RunKill())
        await first.client.until_gone()
        await first.ended()
    async with bench.host("run_1") as third:
        await third.client.greet()
        refused = await third.client.ask(third.start)
        assert refused.code == "run_exists"
        assert "a new run needs a new id" in refused.reason


async def test_the_end_of_a_host_leaves_no_half_line_to_a_slow_client(bench: Bench):
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested)
        # It comes while the run waits: one that nobody holds up may have ended before.
        async with host.connected("slow") as slow:
            await slow.follow(0)
            await host.client.send_decision(request, approve=True)
            await approve_the_rest(host.client)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(slow.until_gone)
                await host.client.until_gone()
    assert slow.journaled == host.journal_lines()
