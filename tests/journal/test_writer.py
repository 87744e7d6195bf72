from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from mogplex_daemon.journal.writer import Blocked, JournalWriter
from tests.support.full_disk import fill, small_disk

pytestmark = pytest.mark.anyio


@dataclass
class Bench:
    """A journal being written, with all that was heard of it."""

    path: Path
    batches: list[list[bytes]] = field(default_factory=list)
    troubles: list[Blocked | None] = field(default_factory=list)
    blocked: anyio.Event = field(default_factory=anyio.Event)

    def hear(self, trouble: Blocked | None) -> None:
        self.troubles.append(trouble)
        if trouble is not None:
            self.blocked.set()

    @asynccontextmanager
    async def writing(self):
        writer = JournalWriter(self.path, on_written=self.batches.append, on_blocked=self.hear)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(writer.run)
                yield writer
                writer.close()
        finally:
            writer.release()

    @property
    def lines(self) -> list[bytes]:
        return self.path.read_bytes().splitlines()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "events.jsonl")


async def test_a_line_is_in_the_file_when_append_returns(bench: Bench):
    async with bench.writing() as writer:
        await writer.append(b"one")
        assert bench.path.read_bytes() == b"one\n"
        assert writer.size == 4
        await writer.append(b"two", durable=True)
        assert bench.path.read_bytes() == b"one\ntwo\n"
    assert bench.path.stat().st_mode & 0o777 == 0o600


async def test_lines_stand_in_the_order_they_were_appended_and_go_out_together(bench: Bench):
    async with bench.writing() as writer, anyio.create_task_group() as tasks:
        for number in range(200):
            tasks.start_soon(writer.append, b"%d" % number)
    assert bench.lines == [b"%d" % number for number in range(200)]
    assert [line for batch in bench.batches for line in batch] == bench.lines
    assert len(bench.batches) < 10


async def test_whoever_hears_of_a_batch_finds_it_in_the_file(bench: Bench):
    seen: list[bool] = []
    writer = JournalWriter(
        bench.path,
        on_written=lambda lines: seen.append(bench.path.read_bytes().endswith(b"\n".join(lines) + b"\n")),
        on_blocked=bench.hear,
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.run)
        for number in range(5):
            await writer.append(b"%d" % number)
        writer.close()
    writer.release()
    assert seen == [True] * 5


async def test_lines_appended_while_the_disk_syncs_wait_for_the_next_write(bench: Bench):
    async with bench.writing() as writer, anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: writer.append(b"first", durable=True))
        while not bench.path.read_bytes():
            await anyio.lowlevel.checkpoint()
        for number in range(20):
            tasks.start_soon(writer.append, b"%d" % number)
    assert [len(batch) for batch in bench.batches] == [1, 20]


async def test_all_that_was_appended_is_written_before_it_ends(bench: Bench):
    async with anyio.create_task_group() as tasks, bench.writing() as writer:
        for number in range(50):
            tasks.start_soon(writer.append, b"%d" % number)
        await anyio.lowlevel.checkpoint()
    assert len(bench.lines) == 50


async def test_a_journal_that_is_there_is_continued(bench: Bench):
    bench.path.write_bytes(b"before\n")
    async with bench.writing() as writer:
        await writer.append(b"after")
    assert bench.lines == [b"before", b"after"]


async def test_an_append_that_is_cut_off_is_written_all_the_same(bench: Bench):
    async with bench.writing() as writer:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(writer.append, b"cut off")
            await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
        await writer.append(b"next")
    assert bench.lines == [b"cut off", b"next"]


async def test_a_full_disk_is_told_once_and_costs_no_line(tmp_path: Path):
    with small_disk(tmp_path / "disk", 256) as disk:
        bench = Bench(disk / "events.jsonl")
        line = b"y" * 3_000
        async with bench.writing() as writer:
            await writer.append(b"before the disk was full")
            ballast = fill(disk)
            waiting = [anyio.Event() for _ in range(12)]

            async def append(number: int) -> None:
                await writer.append(b"%02d" % number + line)
                waiting[number].set()

            async with anyio.create_task_group() as tasks:
                for number in range(12):
                    tasks.start_soon(append, number)
                await bench.blocked.wait()
                assert not any(done.is_set() for done in waiting)
                assert bench.path.read_bytes().endswith(b"\n"), "no half line stands in the file"
                writer.retry_now()
                await anyio.lowlevel.checkpoint()
                ballast.unlink()
                writer.retry_now()
        assert bench.lines == [
            b"before the disk was full",
            *(b"%02d" % number + line for number in range(12)),
        ]
        assert len(bench.troubles) == 2
        trouble, solved = bench.troubles
        assert solved is None
        assert trouble is not None
        assert str(bench.path) in trouble.message
        assert "No space left" in trouble.message
        assert "Free some space" in trouble.message


async def test_a_write_that_failed_is_tried_again_by_itself(tmp_path: Path):
    with small_disk(tmp_path / "disk", 64) as disk:
        bench = Bench(disk / "events.jsonl")
        async with bench.writing() as writer, anyio.create_task_group() as tasks:
            ballast = fill(disk)
            tasks.start_soon(writer.append, b"z" * 5_000)
            await bench.blocked.wait()
            ballast.unlink()
        assert bench.lines == [b"z" * 5_000]
