"""Ending a process with everything it started, also what left its session or lost its parent."""

import ctypes
import os
import select
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import anyio
import anyio.to_thread
import psutil

MARKER = "MOGPLEX_COMMAND_ID"
"""The environment variable that tells the processes of one command from all others."""
RUN_MARKER = "MOGPLEX_COMMAND_OF"
"""The environment variable of a run's commands that holds the run's folder: who started them."""
GRACE_SECONDS = 2.0
"""Between the request to end and the kill, and after each kill."""
KILL_ROUNDS = 5
PR_SET_CHILD_SUBREAPER = 36


def become_subreaper() -> bool:
    """Make orphaned descendants children of this process, so that they can be found and reaped.

    Linux only; elsewhere, and where it is not permitted, returns False.
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


async def kill_tree(pid: int, marker: str | None = None, grace: float = GRACE_SECONDS) -> int:
    """End process `pid`, its descendants, its session, and all that carry `marker`; TERM, then KILL.

    Returns how many processes other than `pid` were ended. Is not cut short by cancellation. `pid` itself is
    left to be reaped by its owner. Takes up to `grace` seconds, and a little more for what resists.
    """
    ended: set[psutil.Process] = set()
    with anyio.CancelScope(shield=True):
        ended = await anyio.to_thread.run_sync(_kill_all, lambda: _members(pid, marker), grace)
    _reap(process.pid for process in ended if process.pid != pid)
    return sum(process.pid != pid for process in ended)


def reap_group(pid: int) -> None:
    """Wait for orphans of process group `pid` that became our children, whose leader has ended. They must be ending.

    A sandbox with processes of its own leaves its first one behind, dying, when it ends.
    """
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-pid, 0)


def kill_commands_of(folder: str, grace: float = GRACE_SECONDS) -> int:
    """End every command of the run in `folder`, with all it started; how many processes that were.

    For a run whose host is gone and can no longer do it. Nothing but what carries the run's marker, or is in a
    session that such a command began, is touched; never a process of another user, and never this one.
    """
    return len(_kill_all(lambda: _commands_of(folder), grace))


def _kill_all(members: Callable[[], set[psutil.Process]], grace: float) -> set[psutil.Process]:
    ended: set[psutil.Process] = set()
    victims = members()
    for process in _parents_first(victims):
        with suppress(psutil.Error):
            process.terminate()
    _wait_ended(victims, grace)
    # A process may fork while it is being ended: look again until nothing is left.
    for _ in range(KILL_ROUNDS):
        ended |= victims
        victims = members() | {process for process in ended if _alive(process)}
        if not victims:
            break
        for process in _parents_first(victims):
            with suppress(psutil.Error):
                process.kill()
        _wait_ended(victims, GRACE_SECONDS)
    return ended


def _parents_first(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """In the order to end them in: a shell whose child ends before it goes on with its next line."""
    parents: dict[int, int] = {}
    for process in processes:
        with suppress(psutil.Error):
            parents[process.pid] = process.ppid()

    def depth(process: psutil.Process) -> int:
        ancestors: set[int] = set()
        pid = process.pid
        while (pid := parents.get(pid, 0)) in parents and pid not in ancestors:
            ancestors.add(pid)
        return len(ancestors)

    return sorted(processes, key=depth)


def _members(pid: int, marker: str | None) -> set[psutil.Process]:
    """The living processes of the tree: descendants, the same session, the same marker; never this one."""
    found: set[psutil.Process] = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            in_tree = process.pid == pid or os.getsid(process.pid) == pid
            if in_tree or (marker is not None and _carries(process, MARKER, marker)):
                found.add(process)
    for process in tuple(found):
        with suppress(psutil.Error):
            found.update(process.children(recursive=True))
    found.discard(psutil.Process())
    return {process for process in found if _alive(process)}


def _commands_of(folder: str) -> set[psutil.Process]:
    """The living commands of a run, and what shares a session with them: a command begins a session of its own."""
    sessions: dict[psutil.Process, int] = {}
    found: set[psutil.Process] = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.uids().real == os.getuid():
                sessions[process] = os.getsid(process.pid)
                if _carries(process, RUN_MARKER, folder):
                    found.add(process)
    theirs = {sessions[process] for process in found} - {os.getsid(0)}
    found |= {process for process, session in sessions.items() if session in theirs}
    found.discard(psutil.Process())
    return {process for process in found if _alive(process)}


def _carries(process: psutil.Process, variable: str, value: str) -> bool:
    return process.environ().get(variable) == value


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _wait_ended(processes: Iterable[psutil.Process], seconds: float) -> None:
    """Wait until all have ended, at most `seconds`. Reaps none: a child's status belongs to its owner."""
    deadline = time.monotonic() + seconds
    for process in processes:
        left = deadline - time.monotonic()
        if left > 0 and _alive(process):
            _wait_for(process.pid, left)


def _wait_for(pid: int, seconds: float) -> None:
    if sys.platform == "darwin":
        queue = select.kqueue()
        ended = select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
        with suppress(ProcessLookupError):
            queue.control([ended], 1, seconds)
        queue.close()
        return
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.poll(seconds * 1000)
    os.close(descriptor)


def _reap(pids: Iterable[int]) -> None:
    """Collect orphans that became our children when their parent ended."""
    for pid in pids:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
