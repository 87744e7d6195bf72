"""A unified diff as numbered, marked and coloured lines. Every character of it stays readable."""

import re
from collections.abc import Iterator

from mogplex_cli.cockpit.kit.lines import Ground, Line, Token, line, spread, wrap_exact

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


def looks_like_diff(text: str) -> bool:
    """Whether the text has hunks of a unified diff."""
    return any(HUNK.match(each) for each in text.splitlines())


def diff_lines(diff: str, width: int) -> list[Line]:
    """The diff drawn in `width` cells: old numbers for removed lines, new ones for the others."""
    return list(_draw(diff, width))


def _draw(diff: str, width: int) -> Iterator[Line]:
    """Which line is content is counted from the hunk's head, so no content can pass for a head."""
    old = new = old_left = new_left = 0
    first_hunk = True
    removed_path = ""
    for text in diff.removesuffix("\n").split("\n"):
        if new_left and text.startswith("+"):
            yield from _body(str(new), "+", text[1:], "add", "add", width)
            new, new_left = new + 1, new_left - 1
        elif old_left and text.startswith("-"):
            yield from _body(str(old), "−", text[1:], "remove", "remove", width)
            old, old_left = old + 1, old_left - 1
        elif old_left and new_left and (text.startswith(" ") or not text):
            yield from _body(str(new), " ", text[1:], "normal", "plain", width)
            old, new, old_left, new_left = old + 1, new + 1, old_left - 1, new_left - 1
        elif hunk := HUNK.match(text):
            if not first_hunk:
                yield line((" " * (GUTTER - 2) + "⋯", "faint"))
            first_hunk = False
            old, new = int(hunk[1]), int(hunk[3])
            old_left, new_left = int(hunk[2] or 1), int(hunk[4] or 1)
            if hunk[5]:
                yield line((" " * GUTTER + "  " + hunk[5].strip(), "dim"))
        elif text.startswith("--- "):
            removed_path = text[4:].removeprefix("a/")
        elif text.startswith("+++ "):
            first_hunk = True
            path = text[4:].removeprefix("b/")
            name = f"{removed_path} is deleted" if path == "/dev/null" else path
            yield _rule(name, "  new file" if removed_path == "/dev/null" else "", width)
        elif not text.startswith(FILE_MARKS):
            yield from (line((row, "dim")) for row in wrap_exact(text, width))


def _rule(name: str, more: str, width: int) -> Line:
    head = line(("── ", "faint"), (name, "bright"), (more, "ok"), (" ", "normal"))
    return spread((*head.spans, ("─" * max(0, width - head.width), "faint")), (), width)


def _body(number: str, mark: str, text: str, token: Token, ground: Ground, width: int) -> Iterator[Line]:
    rows = wrap_exact(text, width - GUTTER - 3)
    for place, row in enumerate(rows):
        gutter = number.rjust(GUTTER - 1) if place == 0 else " " * (GUTTER - 2) + "↳"
        sign = mark if place == 0 else " "
        yield line((f"{gutter} ", "dim"), (f"{sign} ", token), (row, token), ground=ground)
