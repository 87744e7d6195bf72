import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import anyio
import pytest

from mogplex_daemon.home.memory import MemoryFailed, MemoryStore, _write_ahead

WRITER = """
import sys, anyio
from pathlib import Path
from mogplex_daemon.home.memory import MemoryStore
async def main():
    store = MemoryStore(Path(sys.argv[1]))
    for n in range(25):
        await store.write(f"{sys.argv[2]}/{n}", "text", "run", "agent")
        await store.write("shared", sys.argv[2], "run", "agent")
anyio.run(main)
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    return MemoryStore(tmp_path / "home/memory/owner-name.db")


pytestmark = pytest.mark.anyio


async def test_what_is_written_is_read_back_and_replaced(store: MemoryStore) -> None:
    assert await store.read("review/auth") is None
    first = await store.write("review/auth", "first", "run_1", "agt_1")
    second = await store.write("review/auth", "second", "run_2", "agt_2")
    assert await store.read("review/auth") == second
    assert (second.text, second.run_id, second.agent, second.created) == (
        "second",
        "run_2",
        "agt_2",
        first.created,
    )
    assert second.updated >= first.updated
    assert await store.delete("review/auth") is True
    assert await store.delete("review/auth") is False
    assert await store.entries() == []


async def test_search_wants_every_word_and_takes_wildcards_as_they_are(store: MemoryStore) -> None:
    await store.write("b", "The Build is 100% green", "r", "a")
    await store.write("a/build", "slow", "r", "a")
    assert [entry.key for entry in await store.search("build")] == ["a/build", "b"]
    assert [entry.key for entry in await store.search("GREEN build")] == ["b"]
    assert [entry.key for entry in await store.search("100%")] == ["b"]
    assert await store.search("1_0") == []


async def test_file_and_folder_are_private(store: MemoryStore) -> None:
    await store.write("k", "t", "r", "a")
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


async def test_several_processes_write_at_once_and_nothing_is_lost(store: MemoryStore) -> None:
    async with anyio.create_task_group() as tasks:
        for name in ("a", "b", "c"):
            command = [sys.executable, "-c", WRITER, str(store.path), name]
            tasks.start_soon(partial(anyio.run_process, command, stderr=None, stdout=subprocess.DEVNULL))
    assert len(await store.entries()) == 76


async def test_many_first_uses_at_once_are_safe(store: MemoryStore) -> None:
    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(store.write, f"k{number}", "t", "r", "a")
    assert len(await store.entries()) == 20


def test_a_first_use_waits_for_another_one_that_writes(tmp_path: Path) -> None:
    path = tmp_path / "owner-name.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(sqlite3.connect(path, isolation_level=None)) as database,
    ):
        other.execute("BEGIN IMMEDIATE")
        database.set_trace_callback(lambda said: said.startswith("BEGIN") and other.execute("COMMIT"))
        _write_ahead(database)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_a_damaged_file_is_named_with_the_fix_and_left_alone(store: MemoryStore) -> None:
    store.path.parent.mkdir(parents=True)
    store.path.write_bytes(b"this is no database" * 100)
    with pytest.raises(
        MemoryFailed, match=r"owner-name\.db: the memory is damaged .* Move it aside"
    ) as caught:
        await store.read("k")
    assert f"mv '{store.path}'" in str(caught.value)
    assert store.path.read_bytes() == b"this is no database" * 100


async def test_a_newer_file_is_refused(store: MemoryStore) -> None:
    await store.write("k", "t", "r", "a")
    with sqlite3.connect(store.path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(MemoryFailed, match="newer Mogplex"):
        await store.read("k")


async def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MemoryFailed, match="can not be opened: "):
        await MemoryStore(tmp_path / "file/memory.db").read("k")
