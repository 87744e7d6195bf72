"""A host that lives and cannot be reached: its run is not lost, not closed, and keeps nobody from anything."""

import os
import signal

import pytest

from mogplex_contracts.commands.admin import RunsList
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandRejected, RunsListed
from mogplex_contracts.ids import new_id
from mogplex_daemon.runs.lock import is_held
from tests.support.house import House, approve_the_rest, attach, ended

pytestmark = pytest.mark.anyio


async def test_a_host_whose_socket_was_removed_stays_in_the_list_and_the_daemon_still_ends(house: House):
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
        await client.send(attach(run_id, after_seq=0))
        await client.until(ApprovalRequested)
    house.crash()
    house.host_socket(run_id).unlink()
    daemon = house.start()
    async with house.client() as client:
        await client.send(RunsList(id=new_id("cmd"), follow=True))
        listed = await client.until(RunsListed, where=lambda event: event.runs)
        assert [(each.run_id, len(each.waiting)) for each in listed.runs] == [(run_id, 1)]
        refused = await client.ask(attach(run_id))
        assert isinstance(refused, CommandRejected) and refused.code == "cannot_follow"
        assert run_id in refused.reason
    assert is_held(house.home.run(run_id).lock)
    os.kill(daemon, signal.SIGTERM)
    ended(daemon)


async def test_a_run_that_ends_is_in_every_list_until_then_and_after(house: House):
    house.start()
    async with house.client("ada") as ada, house.client("bob") as bob:
        run_id = await house.start_run(ada)
        await bob.send(RunsList(id=new_id("cmd"), follow=True))
        await ada.send(attach(run_id, after_seq=0))
        await approve_the_rest(ada)
        await bob.until(RunsListed, where=lambda event: event.runs and event.runs[0].status == "completed")
        lists = [event for event in bob.events if isinstance(event, RunsListed)]
        assert all([each.run_id for each in event.runs] == [run_id] for event in lists)
