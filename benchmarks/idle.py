"""A cockpit attached to a run that waits: what it and those behind it do while nothing happens."""

import sys
from pathlib import Path
from time import sleep

import psutil

from benchmarks.house import house
from benchmarks.measure import AtMost, Measurement, Spread
from benchmarks.terminal import seconds_until

SECONDS = 20
SETTLED_SECONDS = 3
COCKPIT = str(Path(sys.executable).with_name("mogplex"))


def measure() -> tuple[Measurement, ...]:
    """Processor time of the cockpit against a hundredth of a core, and how often the others woke up."""
    seen: dict[str, tuple[float, float]] = {}
    with house() as it:
        starter = it.client()
        run_id = starter.start("approval")
        starter.follow(run_id)
        starter.until(b'"type":"approval_requested"')
        starter.close()
        host = next(each for each in psutil.process_iter(["cmdline"]) if _hosts(each, run_id, it.home.root))

        def look(cockpit: psutil.Process) -> None:
            processes = {"cockpit": cockpit, "daemon": it.daemon_process, "host": host}
            sleep(SETTLED_SECONDS)
            before = {name: _so_far(each) for name, each in processes.items()}
            sleep(SECONDS)
            for name, each in processes.items():
                after = _so_far(each)
                seen[name] = (after[0] - before[name][0], after[1] - before[name][1])

        seconds_until("APPROVALS", (COCKPIT, "--attach", run_id), it.repository, it.environ, look)
    hundredth = SECONDS / 100
    busy, _ = seen["cockpit"]
    rows = [
        Measurement(
            what=f"an idle cockpit on an idle run, processor time in {SECONDS} s",
            floor="a hundredth of one core",
            unit="start",
            seconds=Spread(busy, busy, busy),
            floor_seconds=Spread(hundredth, hundredth, hundredth),
            ratio=Spread(busy / hundredth, busy / hundredth, busy / hundredth),
            budget=AtMost(1),
        )
    ]
    for name in ("daemon", "host", "cockpit"):
        _, woken = seen[name]
        rows.append(
            Measurement(
                what=f"how often the {name} of an idle run woke up in {SECONDS} s",
                floor="once a second",
                unit="count",
                seconds=Spread(woken, woken, woken),
                floor_seconds=Spread(SECONDS, SECONDS, SECONDS),
                ratio=Spread(woken / SECONDS, woken / SECONDS, woken / SECONDS),
                budget=AtMost(0) if name != "cockpit" else None,
            )
        )
    return tuple(rows)


def _hosts(process: psutil.Process, run_id: str, root: Path) -> bool:
    try:
        return "mogplex_daemon.runhost" in process.cmdline() and str(root) in process.environ().get(
            "MOGPLEX_HOME", ""
        )
    except psutil.Error:
        return False


def _so_far(process: psutil.Process) -> tuple[float, float]:
    """Processor seconds, and how often it gave up the processor to wait, over all its threads."""
    times = process.cpu_times()
    waits = 0
    for thread in Path(f"/proc/{process.pid}/task").iterdir():
        for line in (thread / "status").read_text("utf-8").splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                waits += int(line.split()[1])
    return times.user + times.system, waits
