"""Which ended runs are kept, and how one is deleted."""

import shutil
from collections.abc import Iterable

from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.runs.lock import HostLock, LockTaken


def outdated(run_ids: Iterable[str], keep: int) -> list[str]:
    """The oldest of these ended runs beyond the `keep` newest: ids sort by time."""
    return sorted(run_ids, reverse=True)[keep:]


def delete_run(folder: RunFolder) -> bool:
    """Delete a run's folder; False when a host lives in it. Raises OSError."""
    try:
        lock = HostLock(folder.lock)
    except LockTaken:
        return False
    try:
        shutil.rmtree(folder.root)
    finally:
        lock.release()
    return True
