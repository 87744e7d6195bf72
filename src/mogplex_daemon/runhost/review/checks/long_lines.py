"""Added lines that are too long to read."""

import re
from collections.abc import Iterator

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.finding import Finding, finding_at
from mogplex_daemon.runhost.review.masking import FAMILIES
from mogplex_daemon.runhost.review.path_kinds import is_generated, is_test
from mogplex_daemon.runhost.review.printable import width

NAME = "long-line"
LONGEST = 200
"""Cells a line may take."""

ONE_PIECE = re.compile(r"\S{120,}")
"""A link, a hash or encoded data: it cannot be broken."""

FREE_LANGUAGES = frozenset(("HTML", "SQL", "CSS", "YAML", "TOML", "INI"))
"""Languages that have comments but are as often data or prose."""


def find(file: ChangedFile) -> Iterator[Finding]:
    """Added lines of code above 200 cells. Prose, data, tests and generated files have no limit."""
    if file.language not in FAMILIES or file.language in FREE_LANGUAGES:
        return
    if is_generated(file.path, file.beginning) or is_test(file.path):
        return
    for line in file.added:
        is_prose = not line.code.strip() and not line.comment.strip()  # inside a string of many lines
        cells = width(line.text) if len(line.text) > LONGEST // 2 and not is_prose else 0
        if cells > LONGEST and not ONE_PIECE.search(line.text):
            yield finding_at(file.path, line.number, NAME, "low", f"{cells} characters", line.text)
