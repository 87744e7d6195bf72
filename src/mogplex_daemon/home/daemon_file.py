"""daemon.json: where the daemon listens and which one it is. Written by the daemon, read by every client."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from mogplex_contracts.base import Wire
from mogplex_contracts.protocol import ProtocolRange
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.sockets import socket_path

SOCKET_VARIABLE = "MOGPLEX_DAEMON_SOCKET"


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


def find_socket(home: Home, environ: Mapping[str, str]) -> Path:
    """Where a client should look: MOGPLEX_DAEMON_SOCKET, else what is recorded, else the default place.

    Raises OSError when the default place cannot be made safe.
    """
    named = environ.get(SOCKET_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    recorded = load_daemon_file(home)
    return Path(recorded.socket) if recorded else socket_path(home.daemon_socket)
