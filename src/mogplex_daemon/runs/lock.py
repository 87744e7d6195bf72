"""`host.lock`: held by the one process that may write to a run's folder.

The kernel lets go of it however that process ends, so a free lock is the proof that there is no host.
"""

import fcntl
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.from_thread
import anyio.lowlevel

LOOK_SECONDS = 10.0
"""How long those who look may keep somebody from taking the lock: a process that looks may be stopped."""


class LockTaken(Exception):
    """Another process holds the lock."""


class HostLock:
    """Holds the lock for as long as this process lives, or until `release`."""

    def __init__(self, path: Path, *, wait: bool = False) -> None:
        """Raises LockTaken when someone else holds it (with `wait`, waits until nobody does), and OSError."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if wait:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        elif not _take(self._descriptor):
            os.close(self._descriptor)
            raise LockTaken(f"{path} is held by another process")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let go of it."""
        os.close(self._descriptor)


def _take(descriptor: int) -> bool:
    """Take the lock unless somebody has it. Whoever only looks shares it for a moment, and does not count."""
    give_up = time.monotonic() + LOOK_SECONDS
    while time.monotonic() < give_up:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        time.sleep(0)  # Let those look who do.
    return False


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock. A lock file that is not there is held by nobody."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


async def until_free(path: Path) -> None:
    """Return when no process holds the lock.

    The thread that waits is one that no process waits for at its end: a host may outlive it by days.
    """
    free = anyio.Event()
    loop = anyio.lowlevel.current_token()

    def wait() -> None:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            os.close(descriptor)
        with suppress(anyio.RunFinishedError):
            anyio.from_thread.run_sync(free.set, token=loop)

    if is_held(path):
        threading.Thread(target=wait, name=f"until {path} is free", daemon=True).start()
        await free.wait()
