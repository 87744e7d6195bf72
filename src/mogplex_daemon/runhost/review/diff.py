"""A unified diff as git writes it, parsed into files, hunks and lines with their numbers. Pure.

It expects the prefixes `a/` and `b/`, and understands git's quoting of odd file names. A diff that was cut in
the middle gives everything that came before the cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

FileChange = Literal["added", "modified", "deleted", "renamed", "copied", "unmerged"]
"""What happened to a file. `modified` includes a change of mode alone."""

LineKind = Literal["added", "removed", "context"]

HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$")
LINE_KINDS: dict[str, LineKind] = {"+": "added", "-": "removed", " ": "context", "": "context"}
"""By first character. Git may be configured to write an empty context line without its blank."""

ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
"""What each letter after a backslash of a quoted file name stands for; others stand for themselves."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a hunk, without its sign and its newline."""

    kind: LineKind
    text: str
    old_number: int | None
    """Line in the old version, from 1; None for an added line."""
    new_number: int | None
    """Line in the new version, from 1; None for a removed line."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """One connected piece of change."""

    old_start: int
    new_start: int
    heading: str
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What changed in one file."""

    path: str
    """In the new version; of a deleted file, the path it had."""
    old_path: str | None
    """Where a renamed or copied file came from; None for every other change."""
    kind: FileChange
    binary: bool = False
    old_mode: str | None = None
    """Six octal digits, such as `100644`; None where the diff does not say."""
    new_mode: str | None = None
    new_blob: str | None = None
    """Object id of the new content; None when the content did not change."""
    hunks: tuple[Hunk, ...] = ()

    @property
    def mode(self) -> str:
        """The mode after the change, or before it for a deleted file; empty when unknown."""
        return self.new_mode or self.old_mode or ""

    @property
    def is_submodule(self) -> bool:
        """Whether the entry is another repository's commit and not a file."""
        return self.mode == "160000"

    @property
    def is_symlink(self) -> bool:
        """Whether the content is where a symbolic link points to."""
        return self.mode == "120000"

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed: git may list a file only because its time stamp is newer."""
        changed_mode = self.old_mode != self.new_mode
        return self.kind == "modified" and not (self.hunks or self.binary or changed_mode)

    @property
    def added_lines(self) -> tuple[DiffLine, ...]:
        """The added lines, each with its number in the new version."""
        return tuple(line for hunk in self.hunks for line in hunk.lines if line.kind == "added")

    @property
    def removed_count(self) -> int:
        """How many lines were removed."""
        return sum(line.kind == "removed" for hunk in self.hunks for line in hunk.lines)


def parse_diff(text: str) -> tuple[FileDiff, ...]:
    """The files of a diff in its order. Text before the first file is skipped; nothing here raises.

    Lines are split at newlines only: a form feed or a line separator inside a line belongs to it.
    """
    files: list[FileDiff] = []
    section: list[str] = []
    for line, starts_file in _with_file_starts(text):
        if starts_file and section:
            files.append(_file(section))
            section = []
        if starts_file or section:
            section.append(line)
    if section:
        files.append(_file(section))
    return _without_repeats(files)


def _with_file_starts(text: str) -> Iterator[tuple[str, bool]]:
    """Every line and whether it opens a file. Inside a hunk, counted by its header, nothing opens a file."""
    old_left = new_left = 0
    for line in text.removesuffix("\n").split("\n"):
        if old_left > 0 or new_left > 0:
            sign = line[:1]
            old_left -= sign in ("-", " ", "")
            new_left -= sign in ("+", " ", "")
            yield line, False
            continue
        hunk = HUNK.match(line)
        if hunk:
            old_left, new_left = int(hunk[2] or 1), int(hunk[4] or 1)
        yield line, line.startswith(("diff --git ", "* Unmerged path "))


def _without_repeats(files: list[FileDiff]) -> tuple[FileDiff, ...]:
    """An unmerged file is listed once as unmerged and again with its hunks: joined into one."""
    unmerged = {one.path for one in files if one.kind == "unmerged"}
    joined: dict[str, FileDiff] = {}
    for one in files:
        if one.path in unmerged:
            joined[one.path] = FileDiff(
                path=one.path,
                old_path=None,
                kind="unmerged",
                binary=one.binary,
                new_mode=one.new_mode,
                hunks=one.hunks,
            )
        else:
            joined[one.path] = one
    return tuple(joined.values())


def _file(section: list[str]) -> FileDiff:
    if section[0].startswith("* Unmerged path "):
        return FileDiff(unquoted(section[0].removeprefix("* Unmerged path ")), None, "unmerged")
    body = next((index for index, line in enumerate(section) if line.startswith("@@ ")), len(section))
    header = _Header(section[:body])
    return FileDiff(
        path=header.path,
        old_path=header.old_path,
        kind=header.kind,
        binary=header.binary,
        old_mode=header.old_mode,
        new_mode=header.new_mode,
        new_blob=header.new_blob,
        hunks=tuple(_hunks(section[body:])),
    )


class _Header:
    """The lines of a file before its first hunk."""

    def __init__(self, lines: list[str]) -> None:
        self.old_path: str | None = None
        self.kind: FileChange = "modified"
        self.binary = False
        self.old_mode: str | None = None
        self.new_mode: str | None = None
        self.new_blob: str | None = None
        self._old_name: str | None = None
        self._new_name: str | None = None
        for line in lines[1:]:
            self._read(line)
        self.path = self._new_name or self._old_name or _name_of_both(lines[0].removeprefix("diff --git "))

    def _read(self, line: str) -> None:
        match line.split(" ", 2):
            case ["old", "mode", mode]:
                self.old_mode = mode
            case ["new", "mode", mode]:
                self.new_mode = mode
            case ["new", "file", mode]:
                self.kind, self.new_mode = "added", mode.removeprefix("mode ")
            case ["deleted", "file", mode]:
                self.kind, self.old_mode = "deleted", mode.removeprefix("mode ")
            case ["rename", "from", name]:
                self.kind, self.old_path = "renamed", unquoted(name)
            case ["copy", "from", name]:
                self.kind, self.old_path = "copied", unquoted(name)
            case ["rename" | "copy", "to", name]:
                self._new_name = unquoted(name)
            case ["index", blobs, mode]:
                self.new_blob = blobs.rpartition("..")[2]
                self.old_mode = self.new_mode = mode
            case ["index", blobs]:
                self.new_blob = blobs.rpartition("..")[2]
            case ["Binary" | "GIT", *_]:
                self.binary = True
            case ["---", *rest]:
                self._old_name = _side(" ".join(rest), "a/")
            case ["+++", *rest]:
                self._new_name = _side(" ".join(rest), "b/")
            case _:
                pass


def _side(name: str, prefix: str) -> str | None:
    """The name in a `---` or `+++` line; None for /dev/null. Git ends names that have blanks with a tab."""
    name = unquoted(name.removesuffix("\t"))
    return None if name == "/dev/null" else name.removeprefix(prefix)


def _name_of_both(names: str) -> str:
    """The name in `a/NAME b/NAME`, used where both sides are the same file and no other line names it."""
    if names.startswith('"'):
        return unquoted(names[: len(names) // 2]).removeprefix("a/")
    return names[: len(names) // 2].removeprefix("a/")


def unquoted(name: str) -> str:
    r"""A file name as git quotes it (`"a\tb\303\251"`) or plain; others than UTF-8 become surrogates."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name
    raw = ESCAPE.sub(_unescaped, name[1:-1].encode("utf-8", "surrogateescape"))
    return raw.decode("utf-8", "surrogateescape")


def _unescaped(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes([int(code, 8) & 0xFF]) if len(code) == 3 else ESCAPES.get(code, code)


def _hunks(lines: list[str]) -> Iterator[Hunk]:
    # A context line starts with a blank and a changed one with its sign, so only a header starts with @.
    starts = [index for index, line in enumerate(lines) if line.startswith("@@ ")]
    for start, end in pairwise((*starts, len(lines))):
        header = HUNK.match(lines[start])
        if header:
            old, new = int(header[1]), int(header[3])
            yield Hunk(old, new, header[5], tuple(_numbered(lines[start + 1 : end], old, new)))


def _numbered(lines: list[str], old: int, new: int) -> Iterator[DiffLine]:
    for line in lines:
        kind = LINE_KINDS.get(line[:1])
        match kind:
            case "added":
                yield DiffLine(kind, line[1:], None, new)
                new += 1
            case "removed":
                yield DiffLine(kind, line[1:], old, None)
                old += 1
            case "context":
                yield DiffLine(kind, line[1:], old, new)
                old, new = old + 1, new + 1
            case None:
                pass  # "\ No newline at end of file"
