"""A unified diff as numbered, marked and coloured lines. Every character of it stays readable."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from rich.cells import cell_len, chop_cells

from mogplex_cli.cockpit.kit.diff_document import DiffFile, DiffRow, read_document
from mogplex_cli.cockpit.kit.lines import Ground, Line, Span, Token, line, spread
from mogplex_cli.cockpit.kit.rows import Rows

GUTTER = 6
"""Cells of the line numbers."""
MARK = 2
"""Cells of the sign before a line."""

LOOK: dict[str, tuple[str, Token, Ground]] = {
    "add": ("+", "add", "add"),
    "remove": ("−", "remove", "remove"),
    "same": (" ", "normal", "plain"),
}

Paint = Callable[[str], tuple[Span, ...]]
"""A line of code in pieces that look different; together they are that line."""


def looks_like_diff(text: str) -> bool:
    """Whether the text has hunks of a unified diff."""
    return any(row.kind == "hunk" for row in read_document(text).rows) if "@@ " in text else False


@lru_cache(maxsize=8)
def diff_lines(diff: str, width: int) -> Sequence[Line]:
    """The diff drawn in `width` cells: old numbers for removed lines, new ones for the others.

    Only how high everything is, is found at once; a line is drawn when it is asked for.
    """
    document = read_document(diff)
    rows = document.rows

    def draw(place: int) -> Sequence[Line]:
        row = rows[place]
        match row.kind:
            case "file":
                return (file_rule(document.files[row.file], width),)
            case "hunk":
                first = place > 0 and rows[place - 1].kind == "file"
                return hunk_head(row, first=first)
            case _:
                return body(row, width)

    return Rows(
        [height(row, rows[place - 1] if place else None, width) for place, row in enumerate(rows)], draw
    )


def height(row: DiffRow, before: DiffRow | None, width: int) -> int:
    """How many lines a row takes."""
    match row.kind:
        case "file":
            return 1
        case "hunk":
            return (before is not None and before.kind != "file") + bool(row.text)
        case "other":
            return pieces(row.text, width)
        case _:
            return pieces(row.text, width - GUTTER - MARK)


def pieces(text: str, width: int) -> int:
    """How many lines `text` takes in `width` cells."""
    if "\t" in text:
        text = text.expandtabs(4)
    if text.isascii():
        return max(1, -(-len(text) // max(1, width)))
    return len(chop(text, width))


def chop(text: str, width: int) -> list[str]:
    """`text` in pieces of at most `width` cells: nothing is left out, and all but the last are full."""
    text = text.expandtabs(4)
    if cell_len(text) <= width:
        return [text]
    return chop_cells(text, max(2, width))


def file_rule(file: DiffFile, width: int) -> Line:
    """The line that begins a file: its path and how much changes."""
    counts: tuple[Span, ...] = ((f"  +{file.added}", "add"), (f" −{file.removed} ", "remove"))
    head: tuple[Span, ...] = (("── ", "faint"), (file.title, "bright"), *counts)
    return spread((*head, ("─" * max(0, width - line(*head).width), "faint")), (), width)


def hunk_head(row: DiffRow, *, first: bool) -> list[Line]:
    """What stands between two hunks, and the function it is in."""
    lines = [] if first else [line((" " * (GUTTER - 2) + "⋯", "faint"))]
    if row.text:
        lines.append(line((" " * (GUTTER + MARK) + row.text, "dim")))
    return lines


def body(
    row: DiffRow,
    width: int,
    *,
    ground: Ground | None = None,
    paint: Paint | None = None,
    dropped: bool = False,
) -> list[Line]:
    """A line of a file, or text between files. `dropped`: it will not be applied."""
    if row.kind == "other":
        return [line((text, "dim")) for text in chop(row.text, width)]
    mark, token, own = LOOK[row.kind]
    if dropped:
        mark, token, own, paint = "·", "dim", "plain", None
    on = ground or own
    lines: list[Line] = []
    for place, text in enumerate(chop(row.text, width - GUTTER - MARK)):
        gutter = str(row.number).rjust(GUTTER - 1) if place == 0 else " " * (GUTTER - 2) + "↳"
        sign = mark if place == 0 else " "
        code: tuple[Span, ...] = paint(text) if paint else ((text, token),)
        left: tuple[Span, ...] = ((f"{gutter} ", "dim"), (f"{sign} ", token), *code)
        lines.append(spread(left, (), width, on))
    return lines
