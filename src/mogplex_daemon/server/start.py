"""Starts a daemon in the background, once: whoever else tries at the same time gets the same one."""

import fcntl
import os
import socket as sockets
import subprocess
import sys
import time
from pathlib import Path

from watchfiles import watch

from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import Home
from mogplex_daemon.runs.lock import is_held
from mogplex_daemon.server.serve import REBIND

READY = b"ready\n"
WAKE_SECONDS = 10.0
SERVE = (sys.executable, "-m", "mogplex_daemon", "serve", "--ready")


class CannotStart(Exception):
    """There is no daemon, and none could be started; the message says why and what to do now."""


def start_daemon(home: Home, socket: Path) -> bool:
    """Make sure that a daemon listens on `socket`; True when it had to be started. Raises CannotStart.

    Connect; if nobody is there, take the lock of those who start; connect again; only then start.
    """
    if _listens(socket):
        return False
    try:
        ensure_private_dir(home.root)
        ensure_private_dir(home.daemon_log.parent)
        starting = os.open(home.root / "daemon.start.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStart(f"cannot use {error.filename or home.root}: {error.strerror}") from error
    try:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if _listens(socket):
            return False
        if is_held(home.daemon_lock):
            _wake(home, socket)
        else:
            _spawn(home)
    finally:
        os.close(starting)
    if not _listens(socket):
        raise CannotStart(f"the daemon does not answer on {socket}; its last words are in {home.daemon_log}")
    return True


def _listens(socket: Path) -> bool:
    probe = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM | sockets.SOCK_CLOEXEC)
    try:
        probe.connect(os.fspath(socket))
    except OSError:
        return False
    finally:
        probe.close()
    return True


def _spawn(home: Home) -> None:
    """Start `serve` in a session of its own and wait until it says that it is ready."""
    log = os.open(home.daemon_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        daemon = subprocess.Popen(
            SERVE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            env={**os.environ, "MOGPLEX_HOME": str(home.root)},
            start_new_session=True,
        )
    finally:
        os.close(log)
    assert daemon.stdout is not None
    with daemon.stdout as stdout:
        if stdout.readline() != READY:
            raise CannotStart(f"the daemon ended at once; its last words are in {home.daemon_log}")


def _wake(home: Home, socket: Path) -> None:
    """A daemon lives that cannot be reached: it has just been started, or its socket file was removed.

    Ask it to listen anew and wait until it does. The folder is watched; the time in between only bounds how
    late a change is seen that came before the watch.
    """
    try:
        os.kill(int(home.daemon_lock.read_text("utf-8")), REBIND)
    except (OSError, ValueError) as error:
        raise CannotStart(f"a daemon holds {home.daemon_lock} and cannot be reached: {error}") from error
    until = time.monotonic() + WAKE_SECONDS
    for _ in watch(socket.parent, recursive=False, debounce=50, rust_timeout=200, yield_on_timeout=True):
        if _listens(socket) or time.monotonic() > until:
            return
