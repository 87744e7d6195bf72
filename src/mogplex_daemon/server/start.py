"""Starts a daemon in the background, once: whoever else tries at the same time gets the same one."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from watchfiles import watch

from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.daemon_file import SOCKET_VARIABLE, living_daemon, named_socket
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.sockets import is_listened_on, socket_path
from mogplex_daemon.runs.lock import is_held
from mogplex_daemon.server.serve import READY, REBIND

LAST_WORDS_BYTES = 2_000
WAKE_SECONDS = 10.0
SERVE = (sys.executable, "-P", "-m", "mogplex_daemon", "serve", "--ready")
"""`-P`: never import from the folder it is started in."""


class CannotStart(Exception):
    """There is no daemon, and none could be started; the message says why and what to do now."""


def start_daemon(home: Home) -> tuple[Path, bool]:
    """Make sure that a daemon of this home listens: where, and whether it had to be started.

    Connect; if nobody is there, take the lock of those who start; connect again; only then start. Raises
    CannotStart, and OSError when there is no safe place for the socket.
    """
    socket = _place(home)
    if is_listened_on(socket):
        return socket, False
    try:
        ensure_private_dir(home.root)
        ensure_private_dir(home.daemon_log.parent)
        starting = os.open(home.root / "daemon.start.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStart(f"cannot use {error.filename or home.root}: {error.strerror}") from error
    try:
        fcntl.flock(starting, fcntl.LOCK_EX)
        socket = _place(home)
        if is_listened_on(socket):
            return socket, False
        if is_held(home.daemon_lock):
            _ask_to_listen_anew(home)
            _wait_for(home, socket)
        if not is_held(home.daemon_lock):
            _spawn(home)
            _wait_for(home, socket)
    finally:
        os.close(starting)
    if not is_listened_on(socket):
        raise CannotStart(f"the daemon does not answer on {socket}; its last words are in {home.daemon_log}")
    return socket, True


def _place(home: Home) -> Path:
    """Where the daemon listens, or will: one that lives is asked for where it is."""
    named, living = named_socket(os.environ), living_daemon(home)
    if living is None:
        return named or socket_path(home.daemon_socket)
    if named is not None and named != Path(living.socket):
        raise CannotStart(
            f"the daemon of {home.root} listens on {living.socket}, not on {named}: unset {SOCKET_VARIABLE} "
            f"to use it, or end it with: env -u {SOCKET_VARIABLE} mogplex-daemon stop"
        )
    return Path(living.socket)


def _spawn(home: Home) -> None:
    """Start `serve` in a session of its own and wait until it says that it is ready."""
    named = named_socket(os.environ)
    # In the folder it is started in, a relative path would be another one.
    chosen = {SOCKET_VARIABLE: str(named)} if named else {}
    log = os.open(home.daemon_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        daemon = subprocess.Popen(
            SERVE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            env={**os.environ, "MOGPLEX_HOME": str(home.root), **chosen},
            start_new_session=True,
        )
    finally:
        os.close(log)
    assert daemon.stdout is not None
    with daemon.stdout as stdout:
        said = stdout.readline().decode("utf-8", "replace").strip()
    if said != READY:
        daemon.wait()
        raise CannotStart(said or _last_words(home) or f"the daemon ended at once; see {home.daemon_log}")


def _last_words(home: Home) -> str:
    """The last line of the daemon's log, without the name it speaks under; empty when it cannot be read."""
    try:
        with home.daemon_log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_WORDS_BYTES))
            words = log.read().decode("utf-8", "replace").strip()
    except OSError:
        return ""
    return words.rpartition("\n")[2].removeprefix("mogplex-daemon: ")


def _ask_to_listen_anew(home: Home) -> None:
    """A daemon lives that cannot be reached: its socket file was removed, or it has only just begun.

    Only a process that is known to be the daemon is sent a signal. One that has only just begun has not said
    yet who it is, and needs none.
    """
    living = living_daemon(home)
    if living is not None:
        try:
            os.kill(living.pid, REBIND)
        except OSError as error:
            raise CannotStart(f"the daemon (pid {living.pid}) cannot be reached: {error.strerror}") from error


def _wait_for(home: Home, socket: Path) -> None:
    """Wait until the daemon listens, for WAKE_SECONDS, or until there is none: one that was just ending is gone.

    The folder is watched; the time in between only bounds how late a change is seen that came before the watch.
    """
    until = time.monotonic() + WAKE_SECONDS
    if is_listened_on(socket):
        return
    for _ in watch(socket.parent, recursive=False, debounce=50, rust_timeout=200, yield_on_timeout=True):
        if is_listened_on(socket) or not is_held(home.daemon_lock) or time.monotonic() > until:
            return
