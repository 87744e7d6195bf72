"""The measurements as a Markdown table, and the page it stands on."""

import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template

import psutil

from benchmarks.measure import AtLeast, AtMost, Measurement, Spread, Unit
from mogplex_contracts.version import VERSION

PAGE = Template((Path(__file__).parent / "page.md").read_text("utf-8"))
HEADINGS = ("what", "ratio to its floor", "budget", "measured", "floor")


def page(measurements: Sequence[Measurement], folder: Path) -> str:
    """All of docs/performance.md; `folder` is where the files of the benchmarks lay."""
    return PAGE.substitute(table=table(measurements), machine=machine(folder))


def table(measurements: Iterable[Measurement]) -> str:
    """One row a measurement, in columns that also line up as plain text."""
    rows = [HEADINGS, *map(_row, measurements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    return "\n".join((lines[0], _line(tuple("-" * width for width in widths), widths), *lines[1:]))


def machine(folder: Path) -> str:
    """What the figures depend on, in a sentence without names and places."""
    memory = psutil.virtual_memory().total / 2**30
    facts = (
        f"{psutil.cpu_count()} cores ({platform.machine()})",
        f"{memory:.0f} GiB",
        f"{platform.system()} {platform.release().split('-')[0]}",
        f"journals on {_file_system(folder)}",
        f"{platform.python_implementation()} {platform.python_version()}",
        f"Mogplex {VERSION}",
        f"load average {psutil.getloadavg()[0]:.1f}",
    )
    return ", ".join(facts)


def _row(measured: Measurement) -> tuple[str, ...]:
    ratio = measured.ratio
    return (
        measured.what,
        f"**{ratio.median:.2f} ×** ({ratio.low:.2f}–{ratio.high:.2f})",
        _budget(measured),
        _seconds(measured.seconds, measured.unit),
        f"{measured.floor}: {_seconds(measured.floor_seconds, measured.unit)}",
    )


def _budget(measured: Measurement) -> str:
    verdict = "met" if measured.met else "**exceeded**"
    match measured.budget:
        case None:
            return "—"
        case AtMost(ratio):
            return f"{ratio:g} ×, {verdict}"
        case AtLeast(per_second):
            return f"{per_second:,.0f}/s, {verdict}"


def _seconds(spread: Spread, unit: Unit) -> str:
    match unit:
        case "start":
            return f"{spread.median * 1e3:.0f} ms"
        case "event":
            return f"{spread.median * 1e6:.1f} µs, {1 / spread.median:,.0f}/s"
        case "bytes" if spread.median < 2**20:
            return f"{spread.median:,.0f} B"
        case "bytes":
            return f"{spread.median / 2**20:.1f} MiB"
        case "count":
            return f"{spread.median:.1f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _file_system(folder: Path) -> str:
    """The type of what is mounted nearest above `folder`."""
    mounts = {Path(each.mountpoint): each.fstype for each in psutil.disk_partitions(all=True)}
    return next((mounts[above] for above in (folder, *folder.parents) if above in mounts), "an unknown disk")
