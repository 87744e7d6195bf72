"""Reads files of the reviewed folder: regular files inside of it only, never more than a stated amount."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from mogplex_daemon.runhost.review.git_reader import CONTENT_LIMIT, CONTENTS_LIMIT, Content
from mogplex_daemon.runhost.review.inventory import FileFact

COUNTED_SIZE = 8 * 1024 * 1024
"""Bytes up to which a file's lines are counted."""

COUNTED_TOTAL = 512 * 1024 * 1024
"""Bytes of all files together whose lines are counted."""

SNIFFED = 8_000
"""Bytes that are searched for NUL to tell a binary file, as git does."""

LFS_HEADER = b"version https://git-lfs.github.com/spec/"


class FolderReader:
    """Reads below `root`. A path whose folder is a link that leads out of it is not followed."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._inside: dict[Path, bool] = {}

    def facts(self, paths: Iterable[str]) -> list[FileFact]:
        """What lies at each path, in the order given; paths with nothing there are left out."""
        facts: list[FileFact] = []
        counted = 0
        for path in paths:
            fact = self._fact(path, count_lines=counted < COUNTED_TOTAL)
            if fact is not None:
                facts.append(fact)
                counted += fact.size if fact.lines is not None else 0
        return facts

    def contents(self, paths: Iterable[str]) -> dict[str, Content]:
        """The contents of regular files by path; what is missing, a link or unreadable is left out."""
        found: dict[str, Content] = {}
        total = 0
        for path in paths:
            try:
                size = self._status(path).st_size
                wanted = size <= CONTENT_LIMIT and total + size <= CONTENTS_LIMIT
                data = self._read(path, CONTENT_LIMIT) if wanted else None
            except OSError:
                continue
            total += len(data or b"")
            found[path] = Content(size, data)
        return found

    def _fact(self, path: str, *, count_lines: bool) -> FileFact | None:
        try:
            status = self._status(path)
            if stat.S_ISLNK(status.st_mode):
                return FileFact(path, "symlink", status.st_size)
            if not stat.S_ISREG(status.st_mode):
                return None
            if status.st_size > COUNTED_SIZE or not count_lines:
                beginning = self._read(path, SNIFFED)
                return FileFact(path, "binary" if b"\0" in beginning else "too_big", status.st_size)
            return _counted(path, self._read(path, COUNTED_SIZE))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return FileFact(path, "unreadable", 0)

    def _status(self, path: str) -> os.stat_result:
        folder = (self._root / path).parent
        if folder not in self._inside:
            self._inside[folder] = folder.resolve().is_relative_to(self._root)
        if not self._inside[folder]:
            raise FileNotFoundError(path)
        return (self._root / path).lstat()

    def _read(self, path: str, limit: int) -> bytes:
        # Since it was looked at, the path may have become a link or a pipe: refuse both, wait for neither.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(self._root / path, flags)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError("not a regular file")
            return file.read(limit)


def _counted(path: str, data: bytes) -> FileFact:
    if data.startswith(LFS_HEADER):
        return FileFact(path, "lfs_pointer", len(data))
    if b"\0" in data[:SNIFFED]:
        return FileFact(path, "binary", len(data))
    unfinished = bool(data) and not data.endswith(b"\n")
    return FileFact(path, "text", len(data), data.count(b"\n") + unfinished)
