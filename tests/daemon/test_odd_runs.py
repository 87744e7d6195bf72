"""The folder of runs as people, backups and other versions leave it."""

import os
import shutil
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from anyio.abc import SocketStream

from mogplex_contracts.commands.admin import RunDelete, RunsList
from mogplex_contracts.events.link import CommandRejected, RunsListed, Snapshot
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce import replay
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.sockets import socket_path
from mogplex_daemon.journal.checkpoint import load_checkpoint, load_state
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.runs.catalog import find_run, list_runs
from mogplex_daemon.runs.lock import HostLock
from mogplex_daemon.runs.metadata import RunMetadata, load_metadata, save_metadata
from mogplex_daemon.runs.reap import reap
from tests.support.full_disk import small_disk
from tests.support.house import House, attach

pytestmark = pytest.mark.anyio
EXAMPLE = Path(__file__).parents[2] / "contracts/examples/review-approved.jsonl"
RUN = "run_0wcjxay4n6k8"


def put(home: Home, journal: bytes, run_id: str = RUN) -> Path:
    folder = home.run(run_id)
    folder.root.mkdir(parents=True)
    folder.journal.write_bytes(journal.replace(RUN.encode(), run_id.encode()))
    return folder.root


def test_a_run_whose_metadata_is_lost_is_known_by_its_journal(tmp_path: Path):
    home = Home(tmp_path)
    put(home, EXAMPLE.read_bytes())
    (record,) = list_runs(home)
    assert (record.metadata.status, record.metadata.task) == (
        "completed",
        "review the staged diff for regressions",
    )
    home.run(RUN).metadata.write_text("{bro")
    assert find_run(home, RUN) is not None


@pytest.mark.parametrize("name", ["run.json", "checkpoint.json"])
def test_what_is_lost_beside_the_journal_is_written_again(tmp_path: Path, name: str):
    home = Home(tmp_path)
    root = put(home, EXAMPLE.read_bytes())
    assert reap(home.run(RUN)) is not None
    (root / name).write_text("{bro")
    assert reap(home.run(RUN)) is not None
    assert load_metadata(root / "run.json") is not None
    checkpoint = load_checkpoint(root / "checkpoint.json")
    assert checkpoint is not None and checkpoint.offset == (root / "events.jsonl").stat().st_size
    assert checkpoint.state == replay(read_events(root / "events.jsonl"))


def test_what_is_no_run_is_left_out(tmp_path: Path):
    home = Home(tmp_path)
    put(home, EXAMPLE.read_bytes())
    (home.runs / "a file").write_text("x")
    (home.runs / "nowhere").symlink_to("nowhere")
    (home.runs / "run_elsewhere").symlink_to("/etc")
    (home.runs / "run_empty").mkdir()
    put(home, b"\xff\xfe garbage", "run_garbage")
    put(home, b"", "run_blank")
    assert [record.metadata.run_id for record in list_runs(home)] == [RUN]


def test_a_copy_of_a_run_is_nobodys_run_and_closes_nothing(tmp_path: Path):
    home = Home(tmp_path)
    unfinished = b"".join(EXAMPLE.read_bytes().splitlines(keepends=True)[:20])
    copied = home.runs / f"{RUN}.bak"
    shutil.copytree(put(home, unfinished), copied)
    assert [record.metadata.run_id for record in list_runs(home)] == [RUN]
    assert reap(home.run(f"{RUN}.bak")) is None
    assert (copied / "events.jsonl").read_bytes() == unfinished


@pytest.mark.parametrize(
    ("journal", "why"),
    [
        (b"", "events.jsonl is empty"),
        (b"garbage\n", "events.jsonl:1: line: Invalid JSON"),
        (b'{"v":9,"type":"run_started"}\n', "a newer mogplex may read it"),
    ],
    ids=["empty", "garbage", "newer"],
)
async def test_a_run_that_cannot_be_read_says_why(house: House, journal: bytes, why: str):
    root = put(house.home, EXAMPLE.read_bytes())
    assert find_run(house.home, RUN) is not None
    house.daemon("gc")
    (root / "events.jsonl").write_bytes(journal)
    (root / "checkpoint.json").unlink(missing_ok=True)
    house.start()
    async with house.client() as client:
        asked = attach(RUN).model_copy(update={"id": new_id("cmd")})
        await client.send(asked)
        refused = await client.until(CommandRejected)
        assert why in refused.reason


async def test_a_line_that_is_damaged_costs_that_line_alone(house: House):
    lines = EXAMPLE.read_bytes().splitlines(keepends=True)
    lines[10] = b"{damaged\n"
    put(house.home, b"".join(lines))
    house.start()
    async with house.client() as client:
        await client.send(attach(RUN))
        state = (await client.until(Snapshot)).state
        assert (state.status, state.missing) == ("completed", 1)


async def test_a_run_that_cannot_be_deleted_costs_neither_the_daemon_nor_the_other_runs(house: House):
    oldest, middle, newest = (f"run_0wcjxay4n6k{number}" for number in (1, 2, 3))
    for run_id in (oldest, middle, newest):
        put(house.home, EXAMPLE.read_bytes(), run_id)
    house.home.config.write_text("[runs]\nkeep = 1\n")
    with small_disk(house.home.run(oldest).root / "artifacts", 64):
        collected = house.daemon("gc")
        assert collected.returncode == 1
        assert f"{oldest} stays: " in collected.stderr and "Traceback" not in collected.stderr
        assert f"{middle} deleted" in collected.stdout
        put(house.home, EXAMPLE.read_bytes(), middle)
        _put_again(house.home, oldest)
        pid = house.start()
        async with house.client() as client:
            await client.send(RunsList(id=new_id("cmd")))
            await client.until(RunsListed)
            _put_again(house.home, oldest)
            refused = await client.ask(RunDelete(run_id=oldest))
            assert isinstance(refused, CommandRejected) and "cannot be deleted" in refused.reason
            assert house.status["pid"] == pid
        assert house.home.run(newest).root.exists() and not house.home.run(middle).root.exists()


def _put_again(home: Home, run_id: str) -> None:
    """After a deletion that came to a mount point and no further."""
    home.run(run_id).journal.write_bytes(EXAMPLE.read_bytes().replace(RUN.encode(), run_id.encode()))


async def test_a_socket_on_which_somebody_else_speaks_costs_the_daemon_nothing(house: House):
    put(house.home, b"".join(EXAMPLE.read_bytes().splitlines(keepends=True)[:20]))
    folder = house.home.run(RUN)
    lock = HostLock(folder.lock)
    socket = socket_path(folder.socket)
    state, _ = load_state(folder.journal, folder.checkpoint)
    save_metadata(folder.metadata, RunMetadata.of(state, os.getpid(), socket))
    try:
        listener = await anyio.create_unix_listener(socket)
        async with listener, anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, _speak_otherwise)
            pid = await anyio.to_thread.run_sync(house.start)
            killed = await anyio.to_thread.run_sync(house.daemon, "kill", RUN)
            assert killed.returncode == 1 and "is no run's host" in killed.stderr
            assert (await anyio.to_thread.run_sync(lambda: house.status))["pid"] == pid
            tasks.cancel_scope.cancel()
    finally:
        lock.release()


async def _speak_otherwise(stream: SocketStream) -> None:
    async with stream:
        await stream.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await stream.receive()
