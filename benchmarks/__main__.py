"""`python -m benchmarks`: runs them, prints the table, and writes docs/performance.md."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    attach,
    clients,
    decode_reduce,
    drawers,
    first_event,
    first_paint,
    idle,
    journal_append,
    key_echo,
    memory,
    palette,
    redaction,
    run_memory,
    sandbox,
    store_batch,
    timeline,
    tool_calls,
    version,
)
from benchmarks.measure import Measurement
from benchmarks.table import page, table

BENCHMARKS: dict[str, Callable[[], tuple[Measurement, ...]]] = {
    "first_paint": first_paint.measure,
    "version": version.measure,
    "attach": attach.measure,
    "memory": memory.measure,
    "key_echo": key_echo.measure,
    "timeline": timeline.measure,
    "drawers": drawers.measure,
    "clients": clients.measure,
    "idle": idle.measure,
    "sandbox": sandbox.measure,
    "first_event": first_event.measure,
    "run_memory": run_memory.measure,
    "tool_calls": tool_calls.measure,
    "decode_reduce": decode_reduce.measure,
    "journal_append": journal_append.measure,
    "redaction": redaction.measure,
    "store_batch": store_batch.measure,
    "palette": palette.measure,
}
"""Those that start programs come first, while this process is still small."""

PAGE_FILE = Path(__file__).parent.parent / "docs" / "performance.md"


def main() -> int:
    """Do what the command line says; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"run only these and write nothing: {', '.join(BENCHMARKS)}",
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a budget is exceeded")
    arguments = parser.parse_args()
    names: list[str] = arguments.names
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are {', '.join(BENCHMARKS)}")

    measurements: list[Measurement] = []
    for name in names or BENCHMARKS:
        sys.stderr.write(f"-- {name}\n")
        measurements.extend(BENCHMARKS[name]())
    sys.stdout.write(table(measurements) + "\n")
    if not names:
        PAGE_FILE.write_text(page(measurements, Path(tempfile.gettempdir())), "utf-8")
    exceeded = [each.what for each in measurements if not each.met]
    for what in exceeded:
        sys.stderr.write(f"over its budget: {what}\n")
    return 1 if exceeded and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
