"""Files that look out of place: leftovers of a merge, big binaries, data that can be executed."""

import re
from collections.abc import Iterator

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.finding import Finding, finding_at
from mogplex_daemon.runhost.review.markdown import byte_size

NAME = "odd-file"

BIG_BINARY = 1024 * 1024
"""Bytes above which a binary file is worth a word."""

LEFTOVERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.(?:orig|rej)$"), "leftover of a merge or a patch"),
    (re.compile(r"_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+(?:\.\w+)?$"), "leftover of a merge tool"),
    (re.compile(r"(?:^|/)\.[^/]+\.sw[op]$|~$"), "leftover of an editor"),
    (re.compile(r"(?:^|/)__pycache__/|\.(?:pyc|class|o|obj)$"), "compiled file"),
    (re.compile(r"(?:^|/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$"), "file of the operating system"),
)

PROSE = frozenset(("Markdown", "reStructuredText", "Text", "CSV", "SVG", "XML", "CSS", "SCSS", "Less"))
DATA = frozenset(("JSON", "JSON5", "JSON Lines", "Notebook", "YAML", "TOML", "INI", "Settings", "Lock file"))
COMPILED = frozenset(("C", "C++", "Java", "Go", "Rust", "TypeScript", "Ignore list", "Git settings"))
NOT_EXECUTABLE = PROSE | DATA | COMPILED
"""Languages that nothing executes directly, unless a first line `#!` says how."""

LOOKED_AT = ("added", "modified", "renamed", "copied")


def find(file: ChangedFile) -> Iterator[Finding]:
    """At most one finding a file, about the file as a whole."""
    diff = file.diff
    if diff.kind not in LOOKED_AT or diff.is_submodule or diff.is_symlink:
        return
    leftover = next((what for pattern, what in LEFTOVERS if pattern.search(file.path)), None)
    if leftover and diff.kind != "modified":
        yield finding_at(file.path, None, NAME, "medium", leftover)
    elif diff.binary and (file.size or 0) > BIG_BINARY:
        yield finding_at(file.path, None, NAME, "medium", f"binary file of {byte_size(file.size or 0)}")
    elif _became_executable(file) and file.language in NOT_EXECUTABLE:
        yield finding_at(file.path, None, NAME, "low", f"{file.language} file with the executable bit")


def _became_executable(file: ChangedFile) -> bool:
    diff = file.diff
    return diff.new_mode == "100755" and diff.old_mode != "100755" and not file.beginning.startswith("#!")
