"""Attaching to an ended run of a million events: over the wire, and in a whole cockpit."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import anyio

from benchmarks.daemon import attach, daemon
from benchmarks.homes import ended, shared_home
from benchmarks.journals import LAST_WORDS
from benchmarks.measure import AtMost, Measurement, Work, compare
from benchmarks.terminal import environment, seconds_until

SHORT, FULL, LONG, LONGEST = 1_000, 10_000, 100_000, 1_000_000
ROUNDS = 15
SCREEN_ROUNDS = 7
COCKPIT = str(Path(sys.executable).with_name("mogplex"))


def measure() -> tuple[Measurement, ...]:
    """Against shorter runs of the same kind, told by the same daemon."""
    for events in (SHORT, FULL, LONG, LONGEST):
        ended(events)
    workspace = shared_home().root.parent / "shop"
    subprocess.run(("git", "init", "--quiet", str(workspace)), check=True)
    with daemon(shared_home()) as (_, socket):
        return (
            compare(
                f"attach to {LONGEST:,} events, to the first complete screen",
                partial(_screen, LONGEST, workspace),
                f"to {SHORT:,} events",
                partial(_screen, SHORT, workspace),
                unit="start",
                rounds=SCREEN_ROUNDS,
                budget=AtMost(1.5),
            ),
            *(
                compare(
                    f"attach to {events:,} events, from connecting to the state in the store",
                    _link(socket, events),
                    f"to {floor:,} events",
                    _link(socket, floor),
                    unit="start",
                    rounds=ROUNDS,
                )
                for events, floor in ((LONG, SHORT), (LONGEST, SHORT), (LONGEST, FULL))
            ),
        )


def _screen(events: int, workspace: Path) -> float:
    command = (COCKPIT, "--attach", ended(events).root.name)
    return seconds_until(LAST_WORDS, command, workspace, environment(shared_home().root))


def _link(socket: Path, events: int) -> Work:
    def run() -> float:
        seconds, state = anyio.run(attach, socket, ended(events).root.name)
        if state.last_seq != events:
            raise RuntimeError(f"the snapshot ends at event {state.last_seq} of {events}")
        return seconds

    return run
