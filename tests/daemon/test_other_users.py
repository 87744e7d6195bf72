"""The daemon serves the user who started it. File modes are loosened, so that the kernel's word alone counts."""

import json

import pytest

from mogplex_contracts.commands.admin import RunsList
from mogplex_contracts.events.link import RunsListed
from mogplex_contracts.ids import new_id
from tests.support.house import House
from tests.support.stranger import NOBODY, needs_root, what_a_stranger_hears

pytestmark = pytest.mark.anyio


async def test_another_user_is_told_to_go_and_nothing_else(house: House):
    needs_root()
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
        uid, _, heard = (await what_a_stranger_hears(house.socket)).partition(" heard ")
        assert int(uid) == NOBODY
        (line,) = heard.splitlines()
        refusal = json.loads(line)
        assert (refusal["type"], refusal["code"]) == ("command_rejected", "other_user")
        assert run_id not in heard and str(house.home.root) not in heard
        await client.send(RunsList(id=new_id("cmd")))
        listed = await client.until(RunsListed)
        assert [each.run_id for each in listed.runs] == [run_id]


async def test_a_run_of_the_daemon_is_closed_to_another_user_as_well(house: House):
    needs_root()
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
    heard = await what_a_stranger_hears(house.host_socket(run_id))
    assert heard == f"{NOBODY} heard nothing"


async def test_with_its_own_modes_another_user_cannot_even_open_the_socket(house: House):
    needs_root()
    house.start()
    assert "PermissionError" in await what_a_stranger_hears(house.socket, loosen=False)
