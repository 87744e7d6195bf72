"""A unified diff taken apart: its files, its hunks numbered from 1 over all of them, and its rows. Pure.

What is content is counted from the head of a hunk, so no content can pass for a head.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$")
PASSED_OVER = ("index ", "similarity ", "dissimilarity ", "\\ No newline")

RowKind = Literal["file", "hunk", "add", "remove", "same", "other"]


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row of a diff, told apart."""

    kind: RowKind
    text: str
    old: int = 0
    """Its number in the old file; 0 for what is not in there."""
    new: int = 0
    """Its number in the new file; 0 for what is not in there."""
    file: int = 0
    """Index of its file in the document."""
    hunk: int = 0
    """Number of its hunk; 0 for what belongs to none."""

    @property
    def number(self) -> int:
        """In the old file for removed lines, in the new one for others."""
        return self.old if self.kind == "remove" else self.new


@dataclass(frozen=True, slots=True)
class DiffFile:
    """One file of a diff."""

    path: str
    """Its path afterwards; for a deleted one, before."""
    was: str = ""
    """Its path before, when that was another."""
    change: Literal["", "new file", "deleted", "moved"] = ""
    added: int = 0
    removed: int = 0
    row: int = 0
    """Index of its first row."""
    hunks: tuple[int, ...] = ()
    """The numbers of its hunks; one that changes without any counts as one."""

    @property
    def title(self) -> str:
        """Path, and what becomes of the file as a whole."""
        if self.was:
            return f"{self.was} → {self.path}"
        return f"{self.path} · {self.change}" if self.change else self.path


@dataclass(frozen=True, slots=True)
class DiffDocument:
    """A whole diff."""

    rows: tuple[DiffRow, ...] = ()
    files: tuple[DiffFile, ...] = ()
    hunk_rows: tuple[int, ...] = ()
    """Where each hunk begins, from the first: the index of its head, or of its file when it has none."""
    torn: bool = False
    """Whether a hunk is not as long as its head says: then the numbers of hunks mean nothing."""

    @property
    def hunks(self) -> int:
        """How many there are."""
        return len(self.hunk_rows)

    def rows_of(self, file: int) -> tuple[DiffRow, ...]:
        """The rows of one file, its own included."""
        end = self.files[file + 1].row if file + 1 < len(self.files) else len(self.rows)
        return self.rows[self.files[file].row : end]


@lru_cache(maxsize=8)
def read_document(diff: str) -> DiffDocument:
    """The document of a diff. Never raises: what is no diff is rows of kind `other`."""
    reader = _Reader()
    for text in diff.removesuffix("\n").split("\n") if diff else ():
        reader.line(text)
    return reader.end()


class _Reader:
    def __init__(self) -> None:
        self.rows: list[DiffRow] = []
        self.files: list[DiffFile] = []
        self.hunk_rows: list[int] = []
        self.in_file: list[int] = []
        """The hunks of the last file."""
        self.torn = False
        self.old = self.new = self.old_left = self.new_left = 0
        self.in_head = False
        """Whether what comes belongs to the head of a file that has begun."""
        self.old_name = ""

    def line(self, text: str) -> None:
        if self.old_left or self.new_left:
            if self._content(text):
                return
            if not text.startswith("\\"):
                self.torn = True
                self.old_left = self.new_left = 0
        if found := HUNK.match(text):
            self._hunk(found)
        elif text.startswith("diff --git "):
            self._file(_git_path(text))
        elif text.startswith("--- "):
            self.old_name = text[4:]
        elif text.startswith("+++ ") and self.old_name:
            self._names(self.old_name, text[4:])
        elif self.in_head and self._head(text):
            pass
        elif not text.startswith(PASSED_OVER):
            self.rows.append(DiffRow("other", text, file=max(0, len(self.files) - 1)))

    def end(self) -> DiffDocument:
        self._close()
        torn = self.torn or bool(self.old_left or self.new_left)
        return DiffDocument(tuple(self.rows), tuple(self.files), tuple(self.hunk_rows), torn)

    def _content(self, text: str) -> bool:
        place, hunk = len(self.files) - 1, len(self.hunk_rows)
        mark = text[:1]
        if mark == "+" and self.new_left:
            self.rows.append(DiffRow("add", text[1:], 0, self.new, place, hunk))
            self.new, self.new_left = self.new + 1, self.new_left - 1
        elif mark == "-" and self.old_left:
            self.rows.append(DiffRow("remove", text[1:], self.old, 0, place, hunk))
            self.old, self.old_left = self.old + 1, self.old_left - 1
        elif mark in ("", " ") and self.old_left and self.new_left:
            self.rows.append(DiffRow("same", text[1:], self.old, self.new, place, hunk))
            self.old, self.new = self.old + 1, self.new + 1
            self.old_left, self.new_left = self.old_left - 1, self.new_left - 1
        else:
            return False
        return True

    def _hunk(self, found: re.Match[str]) -> None:
        if not self.files:
            self._file("")
        self.in_head = False
        self.old, self.new = int(found[1]), int(found[3])
        self.old_left, self.new_left = int(found[2] or 1), int(found[4] or 1)
        self.hunk_rows.append(len(self.rows))
        place, hunk = len(self.files) - 1, len(self.hunk_rows)
        self.rows.append(DiffRow("hunk", found[5].strip(), self.old, self.new, place, hunk))
        self.in_file.append(hunk)

    def _file(self, path: str) -> None:
        self._close()
        self.in_head, self.old_name = True, ""
        self.files.append(DiffFile(path, row=len(self.rows)))
        self.rows.append(DiffRow("file", path, file=len(self.files) - 1))

    def _names(self, old: str, new: str) -> None:
        if not self.in_head:
            self._file("")
        before, after = _path(old, "a/"), _path(new, "b/")
        self.old_name = ""
        if after == "/dev/null":
            self._change(path=before, change="deleted")
        elif before == "/dev/null":
            self._change(path=after, change="new file")
        elif before != after:
            self._change(path=after, was=before, change="moved")
        else:
            self._change(path=after)

    def _head(self, text: str) -> bool:
        """A line between the names of a file and its hunks."""
        if text.startswith("new file mode "):
            self._change(change="new file")
        elif text.startswith("deleted file mode "):
            self._change(change="deleted")
        elif text.startswith(("rename from ", "copy from ")):
            self._change(was=text.split(" from ", 1)[1], change="moved")
        elif text.startswith(("rename to ", "copy to ")):
            self._change(path=text.split(" to ", 1)[1])
        else:
            return False
        return True

    def _change(self, **changes: str) -> None:
        self.files[-1] = replace(self.files[-1], **changes)

    def _close(self) -> None:
        """The last file is whole: count it, and give it a hunk if it has none."""
        if not self.files:
            return
        file, whole = self.files[-1], 0
        if not self.in_file:
            self.hunk_rows.append(file.row)
            whole = len(self.hunk_rows)
            self.in_file.append(whole)
        kinds = [row.kind for row in self.rows[file.row :]]
        added, removed = kinds.count("add"), kinds.count("remove")
        self.files[-1] = replace(file, hunks=tuple(self.in_file), added=added, removed=removed)
        self.rows[file.row] = DiffRow("file", file.title, file=len(self.files) - 1, hunk=whole)
        self.in_file.clear()


def _git_path(line: str) -> str:
    """The new name of a `diff --git` line, as far as it can be told; the lines after it say it exactly."""
    return line.rpartition(" b/")[2] or line.removeprefix("diff --git ")


def _path(name: str, prefix: str) -> str:
    # A tab starts the time stamp of diff.
    name = name.split("\t")[0]
    return name if name == "/dev/null" else name.removeprefix(prefix)
