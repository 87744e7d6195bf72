"""The folder of a new run: made, and locked before anything is written to it."""

from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.runs.lock import HostLock, LockTaken


class FolderTaken(Exception):
    """Another process hosts this run, or the run has been before."""


def claim(folder: RunFolder) -> HostLock:
    """Make the folder and lock it. Raises FolderTaken and OSError."""
    ensure_private_dir(folder.root)
    try:
        lock = HostLock(folder.lock)
    except LockTaken as taken:
        raise FolderTaken(str(taken)) from taken
    if folder.journal.exists():
        raise FolderTaken(f"{folder.root} has a journal already; a new run needs a new id")
    return lock
