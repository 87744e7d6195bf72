"""The daemon with real processes: it hosts, finds again, closes, and never takes a run with it."""

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from mogplex_contracts.commands.admin import RunsList
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, Heartbeat, RunsListed, Snapshot
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce import replay
from mogplex_contracts.state.digest import digest
from mogplex_daemon.journal.reader import BadLine, read_events
from tests.support.house import House, approve_the_rest, attach, ended, kill

pytestmark = pytest.mark.anyio


async def test_start_status_and_stop(house: House):
    assert house.daemon("status").returncode == 3
    assert "started" in house.daemon("start").stdout
    assert "already" in house.daemon("start").stdout
    assert json.loads(house.daemon("status", "--json").stdout)["pid"] == house.pid
    assert stat.S_IMODE(house.home.daemon_socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(house.home.root.stat().st_mode) == 0o700
    pid = house.pid
    assert "stopped" in house.daemon("stop").stdout
    ended(pid)
    assert not house.home.daemon_socket.exists()
    assert not house.home.daemon_file.exists()


async def test_a_run_outlives_the_daemon_and_its_successor_adopts_it(house: House):
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
        await client.send(attach(run_id, after_seq=0))
        await client.until(ApprovalRequested)
    house.crash()
    house.start()
    async with house.client() as client:
        await client.send(attach(run_id))
        snapshot = await client.until(Snapshot)
        (pending,) = snapshot.state.approvals.pending.values()
        assert isinstance(await client.decide(pending.request, approve=True), CommandAccepted)
        await approve_the_rest(client)
    assert (house.repository / "MOGPLEX_REPORT.md").exists()


async def test_a_daemon_that_has_just_begun_tells_no_list_before_it_knows_its_runs(house: House):
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
        await client.send(attach(run_id, after_seq=0))
        await client.until(ApprovalRequested)
    house.crash()
    house.start()
    async with house.client() as client:
        await client.send(RunsList(id=new_id("cmd")))
        (listed,) = (await client.until(RunsListed)).runs
        assert (listed.run_id, len(listed.waiting)) == (run_id, 1)


async def test_two_clients_agree_and_the_later_decision_is_told_who_was_first(house: House):
    house.start()
    async with house.client("ada") as ada, house.client("bob") as bob, house.client("eve") as eve:
        run_id = await house.start_run(ada)
        await ada.send(attach(run_id, after_seq=0))
        await bob.send(attach(run_id, after_seq=0))
        await eve.send(attach(run_id, after_seq=0, observe=True))
        request = await ada.until(ApprovalRequested)
        for other in (bob, eve):
            await other.until(ApprovalRequested)
        refused = await eve.decide(request, approve=True)
        assert isinstance(refused, CommandRejected) and refused.code == "observing"
        assert isinstance(await ada.decide(request, approve=True), CommandAccepted)
        late = await bob.decide(request, approve=False)
        assert isinstance(late, CommandRejected) and late.code == "already_decided"
        assert late.decided_by is not None and late.decided_by.label == "ada"
        await approve_the_rest(ada)
        await bob.until(RunStatusChanged, where=lambda event: event.status == "completed")
        beat = await bob.until(Heartbeat)
        assert (beat.at_seq, beat.digest) == (bob.state.last_seq, digest(bob.state)) != (0, "")


async def test_a_host_that_is_lost_is_closed_and_nothing_acknowledged_is_missing(house: House):
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
        await client.send(attach(run_id, after_seq=0))
        await client.until(ApprovalRequested)
        kill(house.host_pid(run_id))
        ended = await client.until(RunStatusChanged)
        assert (ended.status, ended.reason) == ("failed", "host_lost")
        seen = [event.seq for event in client.events if event.seq is not None]
    assert seen == list(range(1, seen[-1] + 1))
    events = list(read_events(house.home.run(run_id).journal))
    assert not [event for event in events if isinstance(event, BadLine)]
    assert replay(events).last_seq == seen[-1]


DEAF_GIT = """\
#!/bin/sh
case "$*" in *--check*) trap '' TERM; echo deaf; exec sleep 1000 ;; esac
exec {real} "$@"
"""
"""`git diff --check` ends only when it is killed, two seconds after it was asked to end."""


async def test_a_lost_host_is_told_as_lost_however_long_its_commands_take_to_end(
    house: House, tmp_path: Path
):
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "git").write_text(DEAF_GIT.replace("{real}", shutil.which("git") or ""))
    (programs / "git").chmod(0o755)
    house.more["PATH"] = f"{programs}:{os.environ['PATH']}"
    house.home.root.mkdir(mode=0o700)
    house.home.permissions.write_text('{"version": 1, "mode": "auto"}')
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
        await client.send(attach(run_id, after_seq=0))
        await client.until_output("deaf")
        kill(house.host_pid(run_id))
        ended = await client.until(RunStatusChanged, CommandRejected)
        assert isinstance(ended, RunStatusChanged), ended.reason
        assert (ended.status, ended.reason) == ("failed", "host_lost")


async def test_an_unknown_run_is_told_with_those_there_are(house: House):
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
        answer = await client.ask(attach("run_nowhere"))
        assert isinstance(answer, CommandRejected)
        assert run_id in answer.reason
        await client.send(RunsList(id=new_id("cmd")))
        listed = await client.until(RunsListed)
        assert [each.run_id for each in listed.runs] == [run_id]
