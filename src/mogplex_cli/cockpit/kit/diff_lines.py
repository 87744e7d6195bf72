"""A unified diff as numbered, marked and coloured lines. Every character of it stays readable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mogplex_cli.cockpit.kit.lines import Ground, Line, Span, Token, line, spread, wrap_exact

HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$")
FILE_MARKS = (
    "diff --git ",
    "index ",
    "new file mode",
    "deleted file mode",
    "similarity ",
    "old mode",
    "new mode",
)
GUTTER = 6


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row of a diff, told apart."""

    kind: Literal["file", "hunk", "add", "remove", "same", "other"]
    text: str
    number: int = 0
    """In the old file for removed lines, in the new one for others."""


LOOK: dict[str, tuple[str, Token, Ground]] = {
    "add": ("+", "add", "add"),
    "remove": ("−", "remove", "remove"),
    "same": (" ", "normal", "plain"),
}


def looks_like_diff(text: str) -> bool:
    """Whether the text has hunks of a unified diff."""
    return any(HUNK.match(each) for each in text.splitlines())


def diff_lines(diff: str, width: int) -> list[Line]:
    """The diff drawn in `width` cells: old numbers for removed lines, new ones for the others."""
    return list(_draw(read_diff(diff), width))


def read_diff(diff: str) -> list[DiffRow]:
    """The rows of a diff. What is content is counted from the hunk's head, so no content can pass for a head."""
    rows: list[DiffRow] = []
    old = new = old_left = new_left = 0
    old_path = ""
    for text in diff.removesuffix("\n").split("\n"):
        if new_left and text.startswith("+"):
            rows.append(DiffRow("add", text[1:], new))
            new, new_left = new + 1, new_left - 1
        elif old_left and text.startswith("-"):
            rows.append(DiffRow("remove", text[1:], old))
            old, old_left = old + 1, old_left - 1
        elif old_left and new_left and (text.startswith(" ") or not text):
            rows.append(DiffRow("same", text[1:], new))
            old, new, old_left, new_left = old + 1, new + 1, old_left - 1, new_left - 1
        elif hunk := HUNK.match(text):
            old, new = int(hunk[1]), int(hunk[3])
            old_left, new_left = int(hunk[2] or 1), int(hunk[4] or 1)
            rows.append(DiffRow("hunk", hunk[5].strip()))
        elif text.startswith("--- "):
            old_path = text[4:]
        elif text.startswith("+++ "):
            rows.append(DiffRow("file", _file(old_path, text[4:])))
        elif not text.startswith(FILE_MARKS):
            rows.append(DiffRow("other", text))
    return rows


def _file(old: str, new: str) -> str:
    if new == "/dev/null":
        return f"{old.removeprefix('a/')} · deleted"
    path = new.removeprefix("b/")
    if old == "/dev/null":
        return f"{path} · new file"
    before = old.removeprefix("a/")
    return path if before == path else f"{before} → {path}"


def _draw(rows: list[DiffRow], width: int) -> Iterator[Line]:
    for place, row in enumerate(rows):
        match row.kind:
            case "file":
                yield _rule(row.text, rows[place + 1 :], width)
            case "hunk":
                if place and rows[place - 1].kind != "file":
                    yield line((" " * (GUTTER - 2) + "⋯", "faint"))
                if row.text:
                    yield line((" " * (GUTTER + 2) + row.text, "dim"))
            case "other":
                yield from (line((text, "dim")) for text in wrap_exact(row.text, width))
            case _:
                yield from _body(row, width)


def _rule(name: str, following: list[DiffRow], width: int) -> Line:
    added = removed = 0
    for row in following:
        if row.kind == "file":
            break
        added += row.kind == "add"
        removed += row.kind == "remove"
    head: tuple[Span, ...] = (
        ("── ", "faint"),
        (name, "bright"),
        (f"  +{added}", "add"),
        (f" −{removed} ", "remove"),
    )
    return spread((*head, ("─" * max(0, width - line(*head).width), "faint")), (), width)


def _body(row: DiffRow, width: int) -> Iterator[Line]:
    mark, token, ground = LOOK[row.kind]
    for place, text in enumerate(wrap_exact(row.text, width - GUTTER - 2)):
        gutter = str(row.number).rjust(GUTTER - 1) if place == 0 else " " * (GUTTER - 2) + "↳"
        sign = mark if place == 0 else " "
        yield spread(((f"{gutter} ", "dim"), (f"{sign} ", token), (text, token)), (), width, ground)
