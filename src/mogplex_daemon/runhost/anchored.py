"""Folders below a root, opened one component at a time, so that no symlink swap can redirect a write.

A path that was checked can be changed before it is used. Here every component is opened from the one above
it with O_NOFOLLOW, and the result is a folder descriptor that later calls take as their `dir_fd`.
"""

import os
import stat
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is still the same: inode, size in bytes, change of content in nanoseconds."""

    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Stamp":
        """The stamp of a stat result."""
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Entry:
    """A name inside an open folder. Valid as long as the stack it was opened on is."""

    folder: int
    name: str

    def status(self) -> os.stat_result | None:
        """lstat of the entry; None when it is not there."""
        try:
            return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def open_regular(self) -> int:
        """A descriptor to read the file. Raises OSError, for anything but a regular file too."""
        descriptor = os.open(self.name, FILE_FLAGS, dir_fd=self.folder)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(f"{self.name} is not a regular file")
        return descriptor

    def sibling(self, name: str) -> "Entry":
        """Another name in the same folder."""
        return Entry(self.folder, name)


def open_entry(
    root: Path, relative: str, stack: ExitStack, on_created: Callable[[int, str], None] | None = None
) -> Entry:
    """The entry `relative` (with `/`, no `..`) below `root`; `stack` closes what was opened.

    Missing folders are made only when `on_created(parent descriptor, name)` is given; it hears of each.
    Raises FileNotFoundError for a missing folder, OSError for a symlink or a file in place of one.
    """
    *parents, name = relative.split("/")
    folder = _opened(os.open(root, FOLDER_FLAGS), stack)
    for part in parents:
        try:
            child = os.open(part, FOLDER_FLAGS, dir_fd=folder)
        except FileNotFoundError:
            if on_created is None:
                raise
            os.mkdir(part, dir_fd=folder)
            on_created(folder, part)
            child = os.open(part, FOLDER_FLAGS, dir_fd=folder)
        folder = _opened(child, stack)
    return Entry(folder, name)


def _opened(descriptor: int, stack: ExitStack) -> int:
    stack.callback(os.close, descriptor)
    return descriptor
