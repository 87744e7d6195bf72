"""Conflict markers that a merge left behind, one finding for each conflict."""

import re
from collections.abc import Iterator

from mogplex_daemon.runhost.review.changed_file import AddedLine, ChangedFile
from mogplex_daemon.runhost.review.finding import Finding, finding_at

NAME = "conflict-marker"

OPENING = re.compile(r"^<{7}(?: \S.*)?$")
CLOSING = re.compile(r"^>{7}(?: \S.*)?$")


def find(file: ChangedFile) -> Iterator[Finding]:
    """Added lines that open or close a conflict. A row of equals signs alone may underline a title."""
    if file.diff.kind == "unmerged" and not file.diff.hunks:
        yield finding_at(
            file.path, None, NAME, "high", "the file is still in conflict: resolve it and stage it"
        )
    opened: AddedLine | None = None
    # A bare marker may be any text; both of them, or one with the branch name git writes, are a conflict.
    paired = is_conflicted("\n".join(line.text for line in file.added))
    for line in file.added:
        opens, closes = OPENING.match(line.text), CLOSING.match(line.text)
        if not (opens or closes) or not (paired or " " in line.text):
            continue
        if opened and closes:
            message = f"unresolved merge conflict, down to line {line.number}"
            yield finding_at(file.path, opened.number, NAME, "high", message, opened.text)
            opened = None
            continue
        if opened:
            yield _lone(file, opened)
        opened = line if opens else None
        if closes:
            yield _lone(file, line)
    if opened:
        yield _lone(file, opened)


def is_conflicted(text: str) -> bool:
    """Whether a text has both ends of a conflict."""
    lines = text.split("\n")
    return any(map(OPENING.match, lines)) and any(map(CLOSING.match, lines))


def _lone(file: ChangedFile, line: AddedLine) -> Finding:
    return finding_at(
        file.path, line.number, NAME, "high", "merge conflict marker without its other end", line.text
    )
