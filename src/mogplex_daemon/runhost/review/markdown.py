"""Small pieces of markdown that read well as plain text too."""

import re
from collections.abc import Sequence
from typing import Literal

from mogplex_daemon.runhost.review.printable import width

Alignment = Literal["left", "right"]

BACKTICKS = re.compile(r"`+")


def table(heads: Sequence[str], alignments: Sequence[Alignment], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table whose columns line up. Every row has as many cells as there are heads."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (heads, *rows)]
    widths = [max(3, *(width(row[column]) for row in cells)) for column in range(len(heads))]
    rule = [_rule(alignment, size) for alignment, size in zip(alignments, widths, strict=True)]
    lines = [[_padded(*cell) for cell in zip(row, alignments, widths, strict=True)] for row in cells]
    return ["| " + " | ".join(line) + " |" for line in (lines[0], rule, *lines[1:])]


def code(text: str) -> str:
    """The text as inline code, whatever backticks it has."""
    longest = max((len(run) for run in BACKTICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def quoted(text: str) -> list[str]:
    """The lines of a block quote."""
    return [f"> {line}".rstrip() for line in text.split("\n")]


def counted(count: int, singular: str, plural: str = "") -> str:
    """`1 file`, `2 files`, `12 345 lines`."""
    return f"{grouped(count)} {singular if count == 1 else plural or singular + 's'}"


def grouped(number: int) -> str:
    """A whole number in groups of three digits: `12 345`."""
    return f"{number:,}".replace(",", " ")


def byte_size(size: int) -> str:
    """A number of bytes in a unit that keeps it short: `812 B`, `4.6 KB`, `12.0 MB`. One KB is 1024 bytes."""
    if size < 1024:
        return f"{size} B"
    amount = size / 1024
    for unit in ("KB", "MB", "GB"):
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TB"


def _rule(alignment: Alignment, size: int) -> str:
    return "-" * (size - 1) + ":" if alignment == "right" else "-" * size


def _padded(cell: str, alignment: Alignment, size: int) -> str:
    blanks = " " * (size - width(cell))
    return blanks + cell if alignment == "right" else cell + blanks
