"""A cockpit in a pseudo-terminal that shows a stream of events from a pipe, and keys that are pressed in it."""

import fcntl
import os
import random
import select
import subprocess
import sys
import termios
from collections.abc import Generator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from time import perf_counter

from benchmarks.measure import AtMost, Measurement, Spread
from benchmarks.terminal import COLUMNS, PATIENCE_SECONDS, ROWS, environment, kill

KEYS = 100
LETTERS = "§¶¤ø"
"""Letters that are in no event."""
BACKSPACE = b"\x7f"
COCKPIT = (str(Path(sys.executable).with_name("mogplex")), "--events=jsonl")
BUDGET = AtMost(2)


@contextmanager
def cockpit(folder: str) -> Generator[tuple[int, int]]:
    """Both descriptors: the terminal's end, and the pipe to write events to."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (ROWS, COLUMNS))
    take, give = os.pipe()

    def in_terminal() -> None:
        os.setsid()
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


def echoes(terminal: int) -> list[float]:
    """Seconds from key to letter, of keys pressed at uneven times."""
    pauses = random.Random(7)
    seconds: list[float] = []
    for letter, _ in zip(cycle(LETTERS), range(KEYS), strict=False):
        drain_for(terminal, pauses.uniform(0.03, 0.13))
        begun = perf_counter()
        os.write(terminal, letter.encode())
        wait(terminal, letter.encode())
        seconds.append(perf_counter() - begun)
        drain_for(terminal, 0.02)
        os.write(terminal, BACKSPACE)
    return seconds


def echo_row(what: str, seconds: list[float], floor: str, floor_seconds: list[float]) -> Measurement:
    """The 95th percentile against the same of the floor."""
    ratio = _p95(seconds) / _p95(floor_seconds)
    return Measurement(
        what=f"{what}, 95th percentile",
        floor=floor,
        unit="start",
        seconds=Spread(_p50(seconds), _p95(seconds), max(seconds)),
        floor_seconds=Spread(_p50(floor_seconds), _p95(floor_seconds), max(floor_seconds)),
        ratio=Spread(_p50(seconds) / _p50(floor_seconds), ratio, ratio),
        budget=BUDGET,
    )


def wait(terminal: int, text: bytes) -> None:
    """Read until this was written; raises TimeoutError when it never is."""
    shown = b""
    deadline = perf_counter() + PATIENCE_SECONDS
    while text not in shown:
        if not select.select([terminal], [], [], max(0.0, deadline - perf_counter()))[0]:
            raise TimeoutError(f"{text!r} was never shown")
        shown = shown[-len(text) :] + os.read(terminal, 65_536)


def drain_for(terminal: int, seconds: float) -> int:
    """Read for so long; how many bytes came."""
    drained = 0
    until = perf_counter() + seconds
    while (left := until - perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            drained += len(os.read(terminal, 65_536))
    return drained


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


def _p50(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]
