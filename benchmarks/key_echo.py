"""From a key to its letter on the screen, while events pour in, in a real pseudo-terminal."""

import os
import tempfile
import threading
from collections.abc import Iterator
from itertools import cycle
from time import perf_counter, sleep

from benchmarks.journals import journal
from benchmarks.measure import Measurement
from benchmarks.streamed import cockpit, drain_for, echo_row, echoes, wait

EVENTS_PER_SECOND = 2_000
BURST = 20
"""Events that arrive together, as they do over a socket."""


def measure() -> tuple[Measurement, ...]:
    """The 95th percentile under the flood, against the same of a quiet cockpit."""
    quiet, flooded = _echoes(flood=False), _echoes(flood=True)
    what = f"key echo while {EVENTS_PER_SECOND:,} events/s arrive"
    return (echo_row(what, flooded, "the same without any event", quiet),)


def _echoes(*, flood: bool) -> list[float]:
    """Seconds from key to letter, for each key."""
    # An approval would take the keys, as it should.
    lines = [line for line in journal(5_000) if b'"approval_' not in line]
    with (
        tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder,
        cockpit(folder) as (terminal, events),
    ):
        os.write(events, b"".join(line + b"\n" for line in lines))
        wait(terminal, b"nominal")
        sleep(3)
        drain_for(terminal, 0.2)
        over = threading.Event()
        feeder = threading.Thread(target=_feed, args=(events, cycle(lines[1:]), over))
        if flood:
            feeder.start()
            sleep(1)
        seconds = echoes(terminal)
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
