"""Remarks that say something is still to be done."""

import re
from collections.abc import Iterator

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.finding import Finding, FindingSeverity, finding_at
from mogplex_daemon.runhost.review.masking import FAMILIES
from mogplex_daemon.runhost.review.path_kinds import is_generated

NAME = "open-remark"

_WORD = r"(?<![\w./\-`\"'])(TODO|FIXME|XXX|HACK)\b(?![-_/`\"'])"
IN_COMMENT = re.compile(rf"(?:^|[^\w\s,\"'`])\s*{_WORD}|{_WORD}(?=\s*[:(])")
"""At the start of a comment or of a sentence in it, or with a colon or a name after it."""

IN_PROSE = re.compile(r"(?<![\w./\-`\"'])(TODO|FIXME)\b(?=\s*(?::|\(\w))")
PROSE_LANGUAGES = frozenset(
    ("Markdown", "reStructuredText", "AsciiDoc", "Text", "TeX", "Jinja", "Other text")
)

SEVERITY: dict[str, FindingSeverity] = {"TODO": "low", "HACK": "low", "FIXME": "medium", "XXX": "low"}


def find(file: ChangedFile) -> Iterator[Finding]:
    """Added TODO, FIXME, XXX and HACK in comments; in prose only where a colon or a name follows."""
    pattern = (
        IN_COMMENT if file.language in FAMILIES else IN_PROSE if file.language in PROSE_LANGUAGES else None
    )
    if pattern is None or is_generated(file.path, file.beginning):
        return
    for line in file.added:
        match = pattern.search(line.comment)
        if match:
            word = match[match.lastindex or 1]
            yield finding_at(file.path, line.number, NAME, SEVERITY[word], f"new {word}", line.text)
