"""`mogplex --version`: what every short command pays before it does anything."""

import subprocess
import sys
from functools import partial
from pathlib import Path

from benchmarks.measure import AtMost, Measurement, Work, compare, timed

ROUNDS = 41


def measure() -> tuple[Measurement, ...]:
    """Against the same interpreter, starting up for nothing."""
    return (
        compare(
            "`mogplex --version`",
            _started(str(Path(sys.executable).with_name("mogplex")), "--version"),
            "`python -c pass`",
            _started(sys.executable, "-c", "pass"),
            unit="start",
            rounds=ROUNDS,
            budget=AtMost(4),
        ),
    )


def _started(*command: str) -> Work:
    return timed(partial(subprocess.run, command, check=True, stdout=subprocess.DEVNULL))
