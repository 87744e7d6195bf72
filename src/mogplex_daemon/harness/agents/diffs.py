"""Patches as they are shown: one unified diff, and the paths in it. Pure."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from mogplex_contracts.events.patch import PatchedFile

NO_FILE = "/dev/null"
NO_NEWLINE = "\\ No newline at end of file\n"
COMPARED_LINES = 20_000
"""Longer texts are shown as all old lines and all new lines: comparing takes too long."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What a patch does."""

    files: tuple[PatchedFile, ...]
    diff: str
    """Unified, with paths as they are shown."""
    written: tuple[str, ...]
    """Paths that have new text."""
    deleted: tuple[str, ...]
    """Paths that are gone."""
    whole: bool = True
    """Whether all of it is shown: every path, and every new text."""


def shown_path(path: str, workspace: Path) -> str:
    """Relative to the workspace when it is inside, absolute when it is not."""
    try:
        return str((workspace / path).relative_to(workspace))
    except ValueError:
        return path


def header(before: str | None, after: str | None) -> str:
    """The first two lines of one file's diff; None: there is no file on that side."""
    return f"--- {_side('a', before)}\n+++ {_side('b', after)}\n"


def hunks(old: str, new: str) -> str:
    """What changes between two texts, without a header; nothing when they are equal."""
    before, after = _lines(old), _lines(new)
    if len(before) + len(after) > COMPARED_LINES and old != new:
        place = f"@@ -1,{len(before)} +1,{len(after)} @@\n"
        found = [place, *(f"-{line}" for line in before), *(f"+{line}" for line in after)]
    else:
        found = list(difflib.unified_diff(before, after))[2:]
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}" for line in found)


def counted(diff: str) -> tuple[int, int]:
    """Lines added and removed by the diff of one file, whose first two lines are its header."""
    lines = diff.splitlines()[2:]
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


def _side(side: str, path: str | None) -> str:
    if path is None:
        return NO_FILE
    return path if path.startswith("/") else f"{side}/{path}"


def _lines(text: str) -> list[str]:
    # Not splitlines(): a form feed or U+2028 does not end a line of a file.
    pieces = text.split("\n")
    return [f"{line}\n" for line in pieces[:-1]] + pieces[-1:] * bool(pieces[-1])
