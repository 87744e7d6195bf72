"""The journal writer under many agents at once: every event waits until its line is in the file."""

import os
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter

import anyio

from benchmarks.journals import journal
from benchmarks.measure import AtLeast, Measurement, compare
from mogplex_daemon.journal.writer import Blocked, JournalWriter

EVENTS = 20_000
APPENDERS = 200
ROUNDS = 11
DURABLE_EVERY = 100


def measure() -> tuple[Measurement, ...]:
    """Against writing the same lines with one `os.write` each, and nobody waiting for anybody."""
    lines = journal(EVENTS)
    with tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder:
        path = Path(folder, "events.jsonl")
        floor = partial(_plain_writes, path, lines)
        floor_name = "one `os.write` a line, never synced"
        return (
            compare(
                f"journal append, {APPENDERS} at a time",
                partial(_group_commits, path, lines, durable_every=None),
                floor_name,
                floor,
                unit="event",
                units=EVENTS,
                rounds=ROUNDS,
                budget=AtLeast(50_000),
            ),
            compare(
                f"the same, every {DURABLE_EVERY}th event on the disk before it is acknowledged",
                partial(_group_commits, path, lines, durable_every=DURABLE_EVERY),
                floor_name,
                floor,
                unit="event",
                units=EVENTS,
                rounds=ROUNDS,
            ),
        )


def _plain_writes(path: Path, lines: list[bytes]) -> float:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    start = perf_counter()
    for line in lines:
        os.write(descriptor, line + b"\n")
    seconds = perf_counter() - start
    os.close(descriptor)
    return seconds


def _group_commits(path: Path, lines: list[bytes], durable_every: int | None) -> float:
    path.unlink(missing_ok=True)
    seconds = anyio.run(_append_all, path, lines, durable_every)
    if path.read_bytes().count(b"\n") != len(lines):
        raise RuntimeError("the journal lost lines")
    return seconds


async def _append_all(path: Path, lines: list[bytes], durable_every: int | None) -> float:
    writer = JournalWriter(path, on_written=_nobody_listens, on_blocked=_must_not_block)

    async def append(first: int) -> None:
        for place in range(first, len(lines), APPENDERS):
            durable = durable_every is not None and place % durable_every == 0
            await writer.append(lines[place], durable=durable)

    start = end = perf_counter()
    async with anyio.create_task_group() as owner:
        owner.start_soon(writer.run)
        async with anyio.create_task_group() as appenders:
            for first in range(APPENDERS):
                appenders.start_soon(append, first)
        end = perf_counter()
        writer.close()
    writer.release()
    return end - start


def _nobody_listens(_: list[bytes]) -> None:
    pass


def _must_not_block(blocked: Blocked | None) -> None:
    if blocked is not None:
        raise blocked.error
