"""From Enter to the heading of each drawer, in a real pseudo-terminal with a run of some length behind it."""

import os
import tempfile
from time import perf_counter

from benchmarks.journals import journal
from benchmarks.measure import Measurement, Spread
from benchmarks.streamed import cockpit, drain_for, echoes, wait

EVENTS = 5_000
ROUNDS = 5
SETTLING_SECONDS = 2.0
PAUSE_SECONDS = 0.4
ENTER, ESCAPE = b"\r", b"\x1b"
HEADINGS = {
    "agents": "AGENTS",
    "cost": "COST",
    "diff": "DIFF",
    "export": "EXPORT",
    "help": "ind an action",  # The cursor stands on the first letter.
    "jump": "JUMP",
    "keys": "EVERYWHERE",
    "mcp": "MCP",
    "memory": "MEMORY",
    "model": "MODEL",
    "permissions": "PERMISSIONS",
}
"""By slash command, what the drawer is known by. Those of other runs need a daemon, and are not here."""


def measure() -> tuple[Measurement, ...]:
    """Each drawer against the echo of a key."""
    # An approval would take the keys, as it should.
    lines = [line for line in journal(EVENTS) if b'"approval_' not in line]
    with (
        tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder,
        cockpit(folder) as (terminal, events),
    ):
        os.write(events, b"".join(line + b"\n" for line in lines))
        wait(terminal, b"nominal")
        drain_for(terminal, SETTLING_SECONDS)
        floor = Spread.of(echoes(terminal))
        return tuple(_row(terminal, command, floor) for command in HEADINGS)


def _row(terminal: int, command: str, floor: Spread) -> Measurement:
    taken = Spread.of([_open(terminal, command) for _ in range(ROUNDS)])
    return Measurement(
        what=f"/{command}, from Enter to its drawer",
        floor="the echo of a key",
        unit="start",
        seconds=taken,
        floor_seconds=floor,
        ratio=Spread(taken.low / floor.median, taken.median / floor.median, taken.high / floor.median),
        budget=None,
    )


def _open(terminal: int, command: str) -> float:
    """Seconds until its heading is drawn; then it is closed again."""
    os.write(terminal, f"/{command}".encode())
    drain_for(terminal, PAUSE_SECONDS)
    begun = perf_counter()
    os.write(terminal, ENTER)
    wait(terminal, HEADINGS[command].encode())
    seconds = perf_counter() - begun
    drain_for(terminal, PAUSE_SECONDS)
    os.write(terminal, ESCAPE)
    drain_for(terminal, PAUSE_SECONDS)
    return seconds
