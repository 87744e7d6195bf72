"""Memory of a run host whose agent is at work, and apart from it that of the agent's own processes."""

import subprocess
import sys
from contextlib import suppress

import psutil

from benchmarks.hosted import HARNESSES, Hosted, place
from benchmarks.measure import Measurement, Spread
from tests.agents.script import MAIN, Hold, Say, Script

SCRIPT: Script = {MAIN: [[Hold(), Say("Done.")]]}
BARE = (sys.executable, "-c", "print(flush=True); input()")


def measure() -> tuple[Measurement, ...]:
    """One row a harness. The model is asked and has not answered; the demo waits for a person."""
    return tuple(_row(harness) for harness in HARNESSES)


def _row(harness: Hosted) -> Measurement:
    ours, agents = _used(harness)
    theirs = _bare() if harness.program is None else agents
    ratio = ours / theirs
    return Measurement(
        what=f"{harness.name}: memory of the host of a run",
        floor="a bare interpreter" if harness.program is None else "the agent's own processes",
        unit="bytes",
        seconds=Spread(ours, ours, ours),
        floor_seconds=Spread(theirs, theirs, theirs),
        ratio=Spread(ratio, ratio, ratio),
        budget=None,
    )


def _used(harness: Hosted) -> tuple[float, float]:
    """Bytes of the host alone, and of everything it has started."""
    with place(harness.world, SCRIPT) as here, here.host(harness.name, "approval") as host:
        if here.world is None:
            host.until(b'"type":"approval_requested"')
        else:
            here.world.wait_held()
        started = host.process.children(recursive=True)
        return _bytes(host.process), sum(map(_bytes, started))


def _bytes(process: psutil.Process) -> float:
    """What would be free if it ended; nothing when it has."""
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return process.memory_full_info().uss
    return 0.0


def _bare() -> float:
    with subprocess.Popen(BARE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as python:
        assert python.stdout is not None
        python.stdout.readline()
        used = _bytes(psutil.Process(python.pid))
        python.communicate(b"\n")
        return used
