"""The timeline of a very long run in a real pseudo-terminal: how soon a key echoes, and how little is drawn anew."""

import os
import tempfile
import termios
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from time import perf_counter

from benchmarks.journals import EPOCH_SECONDS, journal
from benchmarks.measure import AtMost, Measurement, Spread
from benchmarks.streamed import cockpit, drain_for, echo_row, echoes, wait
from benchmarks.terminal import COLUMNS, ROWS
from mogplex_contracts.clock import format_ts
from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.events.message import AssistantDelta
from mogplex_contracts.events.tool import ToolFinished, ToolStarted

MANY, FEW = 100_000, 100
"""Entries of the timeline."""
PAGE_LINES = 1_000
DELTAS, DELTAS_PER_SECOND = 200, 40
WORDS = ("the ", "session ", "token ", "is ", "refreshed, ", "so ", "a ", "retry ", "never ", "sees ", "it. ")
AGENT = "agt_0wcjxay4n6k8"
SETTLING_SECONDS = 1.5
PART_OF_A_SCREEN = AtMost(0.25)
"""What one event changes must be a small part of what is on the screen."""


def measure() -> tuple[Measurement, ...]:
    """Echo with many entries against few; bytes an event against a whole screen."""
    with _shown(FEW) as (terminal, _):
        few = echoes(terminal)
    with _shown(MANY) as (terminal, events):
        many = echoes(terminal)
        per_event = [_streaming(terminal, events, turn) / DELTAS for turn in range(3)]
        screens = [_whole_screen(terminal, turn) for turn in range(3)]
    ratios = [mine / least for mine, least in zip(per_event, screens, strict=True)]
    return (
        echo_row(f"key echo with {MANY:,} entries", many, f"the same with {FEW}", few),
        Measurement(
            what=f"written to the terminal for a streamed piece of a message, {DELTAS_PER_SECOND}/s",
            floor="a whole screen",
            unit="bytes",
            seconds=Spread.of(per_event),
            floor_seconds=Spread.of(screens),
            ratio=Spread.of(ratios),
            budget=PART_OF_A_SCREEN,
        ),
    )


@contextmanager
def _shown(entries: int) -> Generator[tuple[int, int]]:
    """A cockpit that has taken in a run of so many entries: terminal and events."""
    with (
        tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder,
        cockpit(folder) as (terminal, events),
    ):
        feeder = threading.Thread(target=_write, args=(events, _run(entries)))
        feeder.start()
        wait(terminal, f"file_{entries}.ts".encode())
        feeder.join()
        drain_for(terminal, SETTLING_SECONDS)
        yield terminal, events


def _write(events: int, lines: Iterator[bytes]) -> None:
    page: list[bytes] = []
    for line in lines:
        page.append(line + b"\n")
        if len(page) == PAGE_LINES:
            _write_all(events, b"".join(page))
            page.clear()
    _write_all(events, b"".join(page))


def _write_all(events: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(events, left) :]


def _run(entries: int) -> Iterator[bytes]:
    """A run whose agent reads so many files."""
    started = journal(1)[0]
    run_id, ts = decode_event(started.decode()).run_id, format_ts(EPOCH_SECONDS)
    yield started
    for number in range(1, entries + 1):
        call, target = f"call_{number}", f"src/file_{number}.ts"
        yield encode(
            ToolStarted(
                run_id=run_id, seq=2 * number, ts=ts, call_id=call, agent_id=AGENT, tool="read_file",
                action="read", target=target,
            )
        )  # fmt: skip
        yield encode(
            ToolFinished(run_id=run_id, seq=2 * number + 1, ts=ts, call_id=call, outcome="ok", duration_ms=4)
        )


def _streaming(terminal: int, events: int, turn: int) -> int:
    """Bytes written while a message grows by small pieces."""
    run_id, ts = decode_event(journal(1)[0].decode()).run_id, format_ts(EPOCH_SECONDS)
    written, next_at = 0, perf_counter()
    for number in range(DELTAS):
        piece = WORDS[number % len(WORDS)]
        delta = AssistantDelta(
            run_id=run_id, seq=None, ts=ts, message_id=f"msg_{turn}", agent_id=AGENT, text=piece
        )
        os.write(events, encode(delta) + b"\n")
        next_at += 1 / DELTAS_PER_SECOND
        written += drain_for(terminal, next_at - perf_counter())
    return written + drain_for(terminal, SETTLING_SECONDS)


def _whole_screen(terminal: int, turn: int) -> int:
    """Bytes written when all of it is drawn anew, as after a change of its size."""
    termios.tcsetwinsize(terminal, (ROWS, COLUMNS - 1 - turn % 2))
    return drain_for(terminal, SETTLING_SECONDS)
