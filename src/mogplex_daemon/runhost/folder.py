"""The run's folder: made, locked by the one process that may write to it, and kept whole."""

import fcntl
import os
from pathlib import Path

from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import RunFolder


class FolderTaken(Exception):
    """Another process hosts this run, or the run has been before."""


class FolderLock:
    """Holds `host.lock` for as long as the process lives; the kernel lets go of it, however the process ends."""

    def __init__(self, path: Path) -> None:
        """Raises FolderTaken when someone else holds it, OSError when it cannot be made."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise FolderTaken(f"{path} is held by another process") from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)


def claim(folder: RunFolder) -> FolderLock:
    """Make the folder of a new run and lock it. Raises FolderTaken and OSError."""
    ensure_private_dir(folder.root)
    lock = FolderLock(folder.lock)
    if folder.journal.exists():
        raise FolderTaken(f"{folder.root} has a journal already; a new run needs a new id")
    return lock
