"""Memory of a cockpit that was told a whole run, event after event, in a real pseudo-terminal."""

import sys
import tempfile
from pathlib import Path

import psutil

from benchmarks.long_runs import write_stream
from benchmarks.measure import AtMost, Measurement, Spread
from benchmarks.terminal import environment, seconds_until
from mogplex_contracts.clock import format_ts
from mogplex_contracts.codec import encode
from mogplex_contracts.events.message import AssistantMessage

SHORT, LONG = 10_000, 1_000_000
ROUNDS = 2
COCKPIT = str(Path(sys.executable).with_name("mogplex"))
LAST_WORDS = "the-very-last-words"


def measure() -> tuple[Measurement, ...]:
    """After 1,000,000 events against after 10,000, all of them streamed to a cockpit."""
    with tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder:
        after = {events: Spread.of(_memory(Path(folder), events)) for events in (SHORT, LONG)}
    long, short = after[LONG], after[SHORT]
    return (
        Measurement(
            what=f"memory of a cockpit after {LONG:,} events",
            floor=f"after {SHORT:,}",
            unit="bytes",
            seconds=long,
            floor_seconds=short,
            ratio=Spread(long.low / short.high, long.median / short.median, long.high / short.low),
            budget=AtMost(1.3),
        ),
    )


def _memory(folder: Path, events: int) -> list[float]:
    stream = folder / f"{events}.jsonl"
    run_id = write_stream(stream, events)
    last = AssistantMessage(
        run_id=run_id,
        seq=events + 1,
        id="evt_last",
        ts=format_ts(0),
        agent_id="agt_last",
        message_id="msg_last",
        text=LAST_WORDS,
    )
    with stream.open("ab") as end:
        end.write(encode(last) + b"\n")
    used: list[float] = []

    def look(cockpit: psutil.Process) -> None:
        used.append(cockpit.memory_full_info().uss)

    command = ("bash", "-c", 'exec "$0" --events=jsonl < <(cat "$1")', COCKPIT, str(stream))
    for _ in range(ROUNDS):
        seconds_until(LAST_WORDS, command, folder, environment(folder), look)
    stream.unlink()
    return used
