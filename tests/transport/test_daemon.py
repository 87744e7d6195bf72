"""The daemon transport with a real daemon that is killed, stopped, moved, and of another version."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from watchfiles import awatch

from mogplex_cli.transport.base import Health, Incoming, NotStarted, TransportFailed
from mogplex_cli.transport.daemon import DaemonTransport
from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.run import RunPause, RunStart
from mogplex_contracts.commands.session import Attach, Hello
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.framing import Line
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL, ProtocolRange
from mogplex_daemon.home.daemon_file import SOCKET_VARIABLE, find_socket
from tests.support.house import House, ended
from tests.support.run_host import PATIENCE_SECONDS, decision

pytestmark = pytest.mark.anyio


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    house = House.build(tmp_path)
    monkeypatch.setenv("MOGPLEX_HOME", str(house.home.root))
    yield house
    house.close()


class Cockpit:
    """A transport that is being read, with everything it gave."""

    def __init__(
        self, house: House, run_id: str | None = None, protocol: ProtocolRange = PROTOCOL, start: bool = True
    ) -> None:
        self.house = house
        hello = Hello(id=new_id("cmd"), protocol=protocol, client_id=new_id("cli"), label="ada")
        self.transport = DaemonTransport(
            hello, lambda: find_socket(house.home, os.environ), run_id, observe=False, start=start
        )
        self.give, self.take = anyio.create_memory_object_stream[Incoming](10_000)
        self.seqs: list[int] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Cockpit"]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.read)
            yield self
            tasks.cancel_scope.cancel()

    async def read(self) -> None:
        async for item in self.transport.incoming():
            await self.give.send(item)

    async def next(self) -> Event | Health | NotStarted:
        with anyio.fail_after(PATIENCE_SECONDS):
            item = await self.take.receive()
        if not isinstance(item, Line):
            assert isinstance(item, Health | NotStarted)
            return item
        event = decode_event(item.data)
        if event.seq is not None:
            self.seqs.append(event.seq)
        return event

    async def until(self, kind, where=lambda item: True):
        while True:
            item = await self.next()
            if isinstance(item, kind) and where(item):
                return item

    async def until_health(self, health: str) -> Health:
        return await self.until(Health, lambda item: item.health == health)

    async def start(self) -> str:
        start = RunStart(
            id=new_id("cmd"),
            run_id=new_id("run"),
            task="review the changes",
            cwd=str(self.house.repository),
            harness="demo",
        )
        await self.transport.send(start)
        return start.run_id

    async def finish(self, request: ApprovalRequested | None = None) -> RunStatusChanged:
        if request is not None:
            await self.transport.send(decision(request, approve=True))
        while True:
            item = await self.until((ApprovalRequested, RunStatusChanged))
            if isinstance(item, RunStatusChanged) and item.status in ("completed", "failed", "killed"):
                return item
            if isinstance(item, ApprovalRequested):
                await self.transport.send(decision(item, approve=True))


async def test_a_run_goes_on_over_two_killed_daemons_without_a_gap_or_a_repeat(house: House):
    async with Cockpit(house).open() as cockpit:
        await cockpit.until_health("nominal")
        run_id = await cockpit.start()
        request = await cockpit.until(ApprovalRequested)
        for _ in range(2):
            house.crash()
            await cockpit.until_health("reconnect")
            with pytest.raises(TransportFailed, match="nothing was sent"):
                await cockpit.transport.send(decision(request, approve=True))
            await cockpit.until_health("nominal")
            await cockpit.until(CommandAccepted)
        ended = await cockpit.finish(request)
    assert (ended.run_id, ended.status) == (run_id, "completed")
    journal = house.home.run(run_id).journal.read_bytes().splitlines()
    assert cockpit.seqs == list(range(1, len(journal) + 1))


async def test_a_daemon_stopped_on_purpose_stays_so_until_somebody_starts_it(house: House):
    async with Cockpit(house).open() as cockpit:
        await cockpit.until_health("nominal")
        await cockpit.start()
        request = await cockpit.until(ApprovalRequested)
        pid = house.pid
        assert "1 run goes on" in house.daemon("stop").stdout
        offline = await cockpit.until_health("offline")
        assert offline.reason == "the daemon was stopped, its runs go on; start it with: mogplex-daemon start"
        await cockpit.until_health("offline")
        ended(pid)
        assert house.daemon("status").returncode == 3, "it tried again, and started nothing"
        house.start()
        await cockpit.until_health("nominal")
        assert (await cockpit.finish(request)).status == "completed"
    assert cockpit.seqs == list(range(1, len(cockpit.seqs) + 1))


async def test_an_attach_that_could_not_be_sent_changes_nothing(house: House):
    async with Cockpit(house).open() as cockpit:
        await cockpit.until_health("nominal")
        run_id = await cockpit.start()
        request = await cockpit.until(ApprovalRequested)
        house.crash()
        await cockpit.until_health("reconnect")
        with pytest.raises(TransportFailed):
            await cockpit.transport.send(Attach(id=new_id("cmd"), run_id="run_other"))
        await cockpit.until_health("nominal")
        assert (await cockpit.finish(request)).run_id == run_id


async def test_an_unknown_run_is_told_with_those_there_are_and_the_one_shown_goes_on(house: House):
    async with Cockpit(house, run_id="run_nowhere").open() as cockpit:
        refused = await cockpit.until(NotStarted)
        assert (refused.run_id, refused.message) == (
            "run_nowhere",
            "there is no run run_nowhere; there are none yet",
        )
        run_id = await cockpit.start()
        request = await cockpit.until(ApprovalRequested)
        await cockpit.transport.send(Attach(id=new_id("cmd"), run_id="run_nowhere"))
        refused = await cockpit.until(NotStarted)
        assert refused.message == f"there is no run run_nowhere; there are: {run_id}"
        await cockpit.transport.send(RunPause(id=new_id("cmd"), run_id=run_id))
        await cockpit.transport.send(decision(request, approve=True))
        paused = await cockpit.until(RunStatusChanged)
        assert (paused.run_id, paused.status) == (run_id, "paused")


async def test_a_chosen_socket_is_never_started_by_itself(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    chosen = tmp_path / "chosen.sock"
    monkeypatch.setenv(SOCKET_VARIABLE, str(chosen))
    async with Cockpit(house, start=False).open() as cockpit:
        for _ in range(2):
            offline = await cockpit.until_health("offline")
            assert str(chosen) in offline.reason
            assert SOCKET_VARIABLE in offline.reason and "mogplex-daemon start" in offline.reason
        assert not house.home.daemon_lock.exists()
        house.more[SOCKET_VARIABLE] = str(chosen)
        house.start()
        await cockpit.until_health("nominal")


async def test_a_record_of_a_daemon_that_is_gone_leads_nobody_astray(house: House, tmp_path: Path):
    house.more[SOCKET_VARIABLE] = str(tmp_path / "chosen.sock")
    house.start()
    house.crash()
    assert json.loads(house.home.daemon_file.read_text())["socket"] == str(tmp_path / "chosen.sock")
    async with Cockpit(house).open() as cockpit:
        await cockpit.until_health("nominal")
        assert house.home.daemon_socket.is_socket()


async def test_a_daemon_of_another_version_is_told_with_what_mends_it(house: House):
    house.start()
    async with Cockpit(house, protocol=ProtocolRange(min=7, max=9)).open() as cockpit:
        for _ in range(2):
            offline = await cockpit.until_health("offline")
            assert "mogplex-daemon stop && mogplex-daemon start" in offline.reason
    unheard_of = ProtocolRange.model_construct(min=0, max=0)
    async with Cockpit(house, protocol=unheard_of).open() as cockpit:
        assert "protocol.min" in (await cockpit.until_health("offline")).reason


async def test_a_start_whose_answer_was_lost_is_found_again(house: House):
    async with Cockpit(house).open() as cockpit:
        await cockpit.until_health("nominal")
        run_id = await cockpit.start()
        with anyio.fail_after(PATIENCE_SECONDS):
            async for _ in awatch(house.home.root, yield_on_timeout=True, rust_timeout=50, debounce=20):
                if house.home.run(run_id).metadata.exists():
                    break
        house.crash()
        request = await cockpit.until(ApprovalRequested)
        assert (await cockpit.finish(request)).run_id == run_id
