"""From a key to its letter on the screen, while events pour in, in a real pseudo-terminal."""

import os
import random
import select
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.journals import journal
from benchmarks.measure import AtMost, Measurement, Spread
from benchmarks.terminal import COLUMNS, ROWS, environment, kill

EVENTS_PER_SECOND = 2_000
BURST = 20
"""Events that arrive together, as they do over a socket."""
KEYS = 100
LETTERS = "§¶¤ø"
"""Letters that are in no event."""
BACKSPACE = b"\x7f"
COCKPIT = (str(Path(sys.executable).with_name("mogplex")), "--events=jsonl")


def measure() -> tuple[Measurement, ...]:
    """The 95th percentile under the flood, against the same of a quiet cockpit."""
    quiet, flooded = _echoes(flood=False), _echoes(flood=True)
    ratio = _p95(flooded) / _p95(quiet)
    return (
        Measurement(
            what=f"key echo while {EVENTS_PER_SECOND:,} events/s arrive, 95th percentile",
            floor="the same without any event",
            unit="start",
            seconds=Spread(_p50(flooded), _p95(flooded), max(flooded)),
            floor_seconds=Spread(_p50(quiet), _p95(quiet), max(quiet)),
            ratio=Spread(_p50(flooded) / _p50(quiet), ratio, ratio),
            budget=AtMost(2),
        ),
    )


def _echoes(*, flood: bool) -> list[float]:
    """Seconds from key to letter, for each key."""
    # An approval would take the keys, as it should.
    lines = [line for line in journal(5_000) if b'"approval_' not in line]
    with (
        tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder,
        _cockpit(folder) as (terminal, events),
    ):
        os.write(events, b"".join(line + b"\n" for line in lines))
        _wait(terminal, b"nominal")
        sleep(3)
        _drain(terminal)
        over = threading.Event()
        feeder = threading.Thread(target=_feed, args=(events, cycle(lines[1:]), over))
        if flood:
            feeder.start()
            sleep(1)
        pauses = random.Random(7)
        seconds: list[float] = []
        for letter, _ in zip(cycle(LETTERS), range(KEYS), strict=False):
            _drain_for(terminal, pauses.uniform(0.03, 0.13))
            begun = perf_counter()
            os.write(terminal, letter.encode())
            _wait(terminal, letter.encode())
            seconds.append(perf_counter() - begun)
            _drain_for(terminal, 0.02)
            os.write(terminal, BACKSPACE)
        over.set()
        if flood:
            feeder.join()
        return seconds


def _feed(events: int, lines: Iterator[bytes], over: threading.Event) -> None:
    """Events at their rate, numbered anew: those that were seen would change nothing."""
    seq, next_at = 5_000, perf_counter()
    while not over.is_set():
        burst = b""
        for _ in range(BURST):
            seq += 1
            head, _, rest = next(lines).partition(b'"seq":')
            burst += head + b'"seq":' + str(seq).encode() + rest[rest.index(b",") :] + b"\n"
        os.write(events, burst)
        next_at += BURST / EVENTS_PER_SECOND
        sleep(max(0.0, next_at - perf_counter()))


@contextmanager
def _cockpit(folder: str) -> Generator[tuple[int, int]]:
    """A cockpit on a stream: the terminal's end, and the pipe to write events to."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (ROWS, COLUMNS))
    take, give = os.pipe()

    def in_terminal() -> None:
        os.setsid()
        import fcntl

        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        COCKPIT, stdin=take, stdout=slave, stderr=slave, preexec_fn=in_terminal, cwd=folder,
        env=environment(Path(folder)),
    )  # fmt: skip
    os.close(slave)
    os.close(take)
    try:
        yield master, give
    finally:
        kill(process)
        os.close(give)
        os.close(master)


def _wait(terminal: int, text: bytes) -> None:
    shown = b""
    deadline = perf_counter() + 30
    while text not in shown:
        if not select.select([terminal], [], [], max(0.0, deadline - perf_counter()))[0]:
            raise TimeoutError(f"{text!r} was never shown")
        shown += os.read(terminal, 65_536)


def _drain(terminal: int) -> None:
    _drain_for(terminal, 0.2)


def _drain_for(terminal: int, seconds: float) -> None:
    until = perf_counter() + seconds
    while (left := until - perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 65_536)


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


def _p50(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]
