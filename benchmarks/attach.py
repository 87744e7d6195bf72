"""Attaching to ended runs of very different length, in a real pseudo-terminal: time and memory."""

import sys
from functools import partial
from pathlib import Path

import psutil

from benchmarks.house import house
from benchmarks.long_runs import write_run
from benchmarks.measure import AtMost, Measurement, Spread, compare
from benchmarks.terminal import seconds_until

ROUNDS = 7
LENGTHS = {"run_0000000001aa": 1_000, "run_0000000002aa": 100_000, "run_0000000003aa": 1_000_000}
COCKPIT = str(Path(sys.executable).with_name("mogplex"))
COMPLETE = "1/1 ready"


def measure() -> tuple[Measurement, ...]:
    """100,000 and 1,000,000 events against 1,000."""
    with house() as it:
        it.daemon("stop")
        short, *longer = [(write_run(it.home, events, run_id), events) for run_id, events in LENGTHS.items()]
        it.daemon("start")
        memory: dict[str, list[float]] = {run_id: [] for run_id in LENGTHS}

        def attach(run_id: str) -> float:
            def look(cockpit: psutil.Process) -> None:
                memory[run_id].append(cockpit.memory_full_info().uss)

            command = (COCKPIT, "--attach", run_id)
            return seconds_until(COMPLETE, command, it.repository, it.environ, look)

        times = [
            compare(
                f"attach to {events:,} events, to the first complete screen",
                partial(attach, run_id),
                f"to {short[1]:,}",
                partial(attach, short[0]),
                unit="start",
                rounds=ROUNDS,
                budget=AtMost(1.5),
            )
            for run_id, events in longer
        ]
        floor = Spread.of(memory[short[0]])
        memories = [
            Measurement(
                what=f"memory of a cockpit attached to {events:,} events",
                floor=f"to {short[1]:,}",
                unit="bytes",
                seconds=(mine := Spread.of(memory[run_id])),
                floor_seconds=floor,
                ratio=Spread(mine.low / floor.high, mine.median / floor.median, mine.high / floor.low),
                budget=AtMost(1.3),
            )
            for run_id, events in longer
        ]
        return (*times, *memories)
