"""The process transport with the real host."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from mogplex_cli.transport.base import Health, Incoming, NotStarted, TransportFailed
from mogplex_cli.transport.process import ProcessTransport
from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.run import RunKill, RunPause, RunStart
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.run import RunStarted, RunStatusChanged
from mogplex_contracts.framing import Line
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_daemon.home.paths import Home
from mogplex_daemon.runs.metadata import load_metadata
from tests.support.repository import make_repository
from tests.support.run_host import PATIENCE_SECONDS, decision

pytestmark = pytest.mark.anyio


class Bench:
    """A transport that is being read, with everything it gave."""

    def __init__(self, home: Home, workspace: Path) -> None:
        self.home = home
        self.workspace = workspace
        hello = Hello(id=new_id("cmd"), protocol=PROTOCOL, client_id=new_id("cli"), label="ada")
        self.transport = ProcessTransport(hello, home)
        self.give, self.take = anyio.create_memory_object_stream[Incoming](10_000)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Bench"]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.read)
            try:
                yield self
            finally:
                tasks.cancel_scope.cancel()

    async def read(self) -> None:
        async for item in self.transport.incoming():
            await self.give.send(item)

    async def start(self, **changes: str) -> str:
        start = RunStart(
            id=new_id("cmd"),
            run_id=new_id("run"),
            task="review the changes",
            cwd=str(self.workspace),
            harness="demo",
        ).model_copy(update=changes)
        await self.transport.send(start)
        return start.run_id

    async def next(self) -> Event | Health | NotStarted:
        with anyio.fail_after(PATIENCE_SECONDS):
            item = await self.take.receive()
        return decode_event(item.data) if isinstance(item, Line) else item

    async def until(self, kind, where=lambda item: True):
        while True:
            item = await self.next()
            if isinstance(item, kind) and where(item):
                return item

    async def finish(self, approve: bool) -> RunStatusChanged:
        while True:
            item = await self.next()
            if isinstance(item, ApprovalRequested):
                await self.transport.send(decision(item, approve=approve))
            if isinstance(item, RunStatusChanged) and item.status in ("completed", "failed", "killed"):
                return item

    def pid(self, run_id: str) -> int:
        metadata = load_metadata(self.home.run(run_id).metadata)
        assert metadata is not None
        assert metadata.pid is not None
        return metadata.pid


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setenv("MOGPLEX_HOME", str(tmp_path / "home"))
    yield Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"))


async def test_one_run_after_another(bench: Bench):
    async with bench.open():
        runs = []
        for approve in (True, False):
            run_id = await bench.start()
            started = await bench.until(RunStarted)
            assert started.run_id == run_id
            assert (await bench.finish(approve)).status == "completed"
            runs.append(run_id)
        assert runs[0] != runs[1]
        assert (bench.workspace / "MOGPLEX_REPORT.md").exists()
        for run_id in runs:
            assert bench.home.run(run_id).log.read_text() == ""
            assert bench.home.run(run_id).log.stat().st_mode & 0o777 == 0o600


async def test_a_command_without_a_run_says_so(bench: Bench):
    async with bench.open():
        with pytest.raises(TransportFailed, match="there is no run"):
            await bench.transport.send(RunPause())
        run_id = await bench.start()
        await bench.until(RunStarted)
        await bench.transport.send(RunKill(id=new_id("cmd"), run_id=run_id))
        assert (await bench.finish(approve=False)).status == "killed"


async def test_a_host_that_is_killed_is_told_and_the_next_run_is_no_longer_offline(bench: Bench):
    async with bench.open():
        run_id = await bench.start()
        await bench.until(ApprovalRequested)
        os.kill(bench.pid(run_id), signal.SIGKILL)
        offline = await bench.until(Health, lambda health: health.health != "nominal")
        assert offline.health == "offline"
        assert "killed by signal 9" in offline.reason
        assert str(bench.home.run(run_id).journal) in offline.reason
        await bench.start()
        assert (await bench.until(Health)).health == "nominal"
        assert (await bench.finish(approve=False)).status == "completed"


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"task": " "}, "there is no task"), ({"harness": "gpt"}, "there is no harness 'gpt'")],
)
async def test_a_start_that_is_refused_is_told_with_the_reason(
    bench: Bench, changes: dict[str, str], told: str
):
    async with bench.open():
        run_id = await bench.start(**changes)
        refused = await bench.until(NotStarted)
        assert refused.run_id == run_id
        assert told in refused.message
        await bench.start()
        assert (await bench.finish(approve=False)).status == "completed"


async def test_a_folder_that_is_not_there_fails_at_once(bench: Bench):
    async with bench.open():
        with pytest.raises(TransportFailed, match="/no/such/folder"):
            await bench.start(cwd="/no/such/folder")


async def test_a_home_that_cannot_be_made_fails_at_once_and_says_what_to_do(tmp_path: Path):
    (tmp_path / "file").write_text("")
    bench = Bench(Home(tmp_path / "file" / "home"), make_repository(tmp_path / "repo"))
    async with bench.open():
        with pytest.raises(TransportFailed, match="set MOGPLEX_HOME to another folder"):
            await bench.start()


async def test_modules_of_the_workspace_are_not_taken_for_ours(bench: Bench):
    for name in ("anyio", "pydantic", "signal", "mogplex_daemon"):
        (bench.workspace / f"{name}.py").write_text("raise SystemExit('imported from the workspace')\n")
    async with bench.open():
        await bench.start()
        assert (await bench.finish(approve=False)).status == "completed"
