"""Which ended runs are kept, and how one is deleted."""

import shutil
from collections.abc import Iterable

from mogplex_daemon.home.paths import Home, RunFolder
from mogplex_daemon.runs.lock import HostLock, LockTaken
from mogplex_daemon.runs.worktree import remove_worktree


def outdated(run_ids: Iterable[str], keep: int) -> list[str]:
    """The oldest of these ended runs beyond the `keep` newest: ids sort by time."""
    return sorted(run_ids, reverse=True)[keep:]


def delete_run(folder: RunFolder) -> bool:
    """Delete a run's folder and its worktree; False when a host lives in it, or work that is nowhere else.

    Raises OSError.
    """
    home, run_id = Home(folder.root.parent.parent), folder.root.name
    try:
        lock = HostLock(folder.lock)
    except LockTaken:
        return False
    try:
        if not remove_worktree(home.worktree(run_id), run_id):
            return False
        shutil.rmtree(folder.root)
    finally:
        lock.release()
    return True
