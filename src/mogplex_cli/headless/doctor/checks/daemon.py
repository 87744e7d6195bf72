"""Whether the daemon can be reached, and speaks as we do."""

import anyio
import anyio.to_thread

from mogplex_cli.headless.doctor.finding import Finding, Surroundings
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.daemon_file import find_socket, living_daemon
from mogplex_daemon.home.sockets import is_listened_on

START = "mogplex-daemon start (or mogplex --attach, which starts one)"


async def check_daemon(where: Surroundings) -> tuple[Finding, ...]:
    """Its socket, and the process behind it."""
    return (await anyio.to_thread.run_sync(_look, where),)


def _look(where: Surroundings) -> Finding:
    try:
        socket = find_socket(where.home, where.environ)
    except OSError as error:
        fix = "mend that folder's owner and mode, or set MOGPLEX_DAEMON_SOCKET"
        return Finding("daemon", "degraded", f"{error.filename}: {error.strerror}", fix)
    living = living_daemon(where.home)
    facts: dict[str, object] = {
        "socket": str(socket),
        "pid": living.pid if living else None,
        "build": living.build if living else None,
    }
    if not is_listened_on(socket):
        if living is not None:
            told = f"process {living.pid} lives and does not listen on {socket}"
            return Finding(
                "daemon", "degraded", told, "mogplex-daemon stop, then mogplex-daemon start", facts
            )
        return Finding("daemon", "offline", "not running; runs of one terminal do without", START, facts)
    if living is not None and living.build != VERSION:
        told = f"listens on {socket}, but is of version {living.build}; this is {VERSION}"
        return Finding("daemon", "degraded", told, "mogplex-daemon stop, then mogplex-daemon start", facts)
    return Finding("daemon", "nominal", f"listens on {socket}", facts=facts)
