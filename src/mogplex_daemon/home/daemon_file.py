"""daemon.json: where the daemon listens and which one it is. Written by the daemon, read by every client."""

import fcntl
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from mogplex_contracts.base import Wire
from mogplex_contracts.protocol import ProtocolRange
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.sockets import socket_path

SOCKET_VARIABLE = "MOGPLEX_DAEMON_SOCKET"
SAME_SECONDS = 2.0
"""How far two readings of one process's start may lie apart: the system clock is steered all the time."""


class DaemonFile(Wire):
    """What daemon.json holds."""

    pid: int
    """The daemon's process."""
    pid_started: float
    """When that process was created, seconds since 1970: a reused pid has another time."""
    started_at: str
    """The same for people, ISO 8601."""
    build: str
    """Its program version."""
    protocol: ProtocolRange
    """The protocols it speaks."""
    socket: str
    """Where it listens."""


def load_daemon_file(home: Home) -> DaemonFile | None:
    """What daemon.json says; None when it is missing or cannot be understood."""
    try:
        return DaemonFile.model_validate_json(home.daemon_file.read_bytes())
    except (OSError, ValidationError):
        return None


def living_daemon(home: Home) -> DaemonFile | None:
    """What daemon.json says, if the process it names still is that daemon and not one that got its pid since."""
    recorded = load_daemon_file(home)
    if recorded is None:
        return None
    import psutil

    try:
        process = psutil.Process(recorded.pid)
        same = abs(process.create_time() - recorded.pid_started) < SAME_SECONDS
        living = process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return recorded if living and (same or _holds_lock(home, recorded.pid)) else None


def _holds_lock(home: Home, pid: int) -> bool:
    """Whether the process holds the daemon's lock. It does so whatever time it is: when the clock is set, every
    process seems to have begun at another time."""
    try:
        with home.daemon_lock.open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read()) == pid
    except (OSError, ValueError):
        pass
    return False


def named_socket(environ: Mapping[str, str]) -> Path | None:
    """The socket a person chose with MOGPLEX_DAEMON_SOCKET; None when nobody did."""
    named = environ.get(SOCKET_VARIABLE, "").strip()
    return Path(named).expanduser().absolute() if named else None


def find_socket(home: Home, environ: Mapping[str, str]) -> Path:
    """Where a client should look: the socket that was named, else the living daemon's, else the default place.

    Raises OSError when the default place cannot be made safe.
    """
    named = named_socket(environ)
    if named is not None:
        return named
    living = living_daemon(home)
    return Path(living.socket) if living else socket_path(home.daemon_socket)
