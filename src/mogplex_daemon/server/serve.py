"""The daemon process: holds the lock, listens, adopts, and ends on SIGTERM without harming a run."""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import anyio
import psutil
from anyio.abc import TaskGroup, TaskStatus

from mogplex_contracts.clock import format_ts
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.atomic import ensure_private_dir, write_atomic
from mogplex_daemon.home.daemon_file import DaemonFile, load_daemon_file
from mogplex_daemon.home.event_loop import LOOP_OPTIONS
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.settings import load_settings
from mogplex_daemon.runs.lock import HostLock, LockTaken
from mogplex_daemon.server.daemon import Daemon
from mogplex_daemon.server.listener import CannotListen, listen

EXIT_ALREADY = 0
EXIT_CANNOT = 73
REBIND = signal.SIGUSR1
"""Asks a daemon whose socket file was removed to listen anew."""


READY = "ready"


def serve(home: Home, socket: Path, say: Callable[[str], None]) -> int:
    """Be the daemon until told to stop; the exit status.

    `say` is given READY when clients can connect, and otherwise why they cannot: where the log cannot be
    written, nobody else would hear of it.
    """
    # Whoever finds the lock held but the socket missing sends this; it must not end a daemon that just begins.
    signal.signal(REBIND, signal.SIG_IGN)
    try:
        ensure_private_dir(home.root)
        ensure_private_dir(home.runs)
        ensure_private_dir(socket.parent)
        lock = HostLock(home.daemon_lock)
    except LockTaken:
        _complain(f"a daemon of {home.root} is running already")
        say(READY)
        return EXIT_ALREADY
    except OSError as error:
        why = f"cannot use {error.filename or home.root}: {error.strerror}; mend it, or set MOGPLEX_HOME"
        _complain(why)
        say(why)
        return EXIT_CANNOT
    status = 0
    try:
        anyio.run(_serve, home, socket, say, backend_options=LOOP_OPTIONS)
    except* CannotListen as group:
        why = f"{_first(group)}; end it or remove it, or choose another place"
        _complain(why)
        say(why)
        status = EXIT_CANNOT
    finally:
        _forget(home)
        lock.release()
    return status


async def _serve(home: Home, socket: Path, say: Callable[[str], None]) -> None:
    loaded = load_settings(home, home.root)
    for problem in loaded.problems:
        _log("settings", problem=problem)
    daemon = Daemon(home, socket, loaded.settings, _log)
    async with anyio.create_task_group() as tasks:
        rebind = _Rebind()
        tasks.start_soon(_signals, daemon, rebind)
        async with anyio.create_task_group() as listening:
            await listening.start(_listen_always, socket, daemon, rebind, tasks)
            _record(home, socket)
            await tasks.start(daemon.run)
            say(READY)
            await daemon.stopping.wait()
            # Before the farewell, which a client that reads nothing draws out: whoever comes now is to find
            # nobody here, and not a daemon that is about to be gone.
            listening.cancel_scope.cancel()
        await daemon.farewell()
        tasks.cancel_scope.cancel()


class _Rebind:
    """Says when to listen anew."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def ask(self) -> None:
        event, self._event = self._event, anyio.Event()
        event.set()

    async def asked(self) -> None:
        await self._event.wait()


async def _listen_always(
    socket: Path, daemon: Daemon, rebind: _Rebind, clients: TaskGroup, *, task_status: TaskStatus[None]
) -> None:
    """Listen; when asked, on a new socket. Whoever is connected stays so."""
    first = True
    while True:
        async with anyio.create_task_group() as tasks:
            await tasks.start(listen, socket, daemon, clients)
            if first:
                task_status.started()
            first = False
            await rebind.asked()
            tasks.cancel_scope.cancel()


async def _signals(daemon: Daemon, rebind: _Rebind) -> None:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, REBIND)
    with anyio.open_signal_receiver(*numbers) as signals:
        async for number in signals:
            match number:
                case signal.SIGCHLD:
                    daemon.reap_children()
                case signal.SIGUSR1:
                    rebind.ask()
                case signal.SIGTERM | signal.SIGINT:
                    daemon.stop()
                case _:
                    pass  # SIGHUP: a terminal that went away is no reason to end


def _record(home: Home, socket: Path) -> None:
    """Write daemon.json: where clients look. Without it, on a full disk, they look where it mostly is."""
    me = psutil.Process()
    record = DaemonFile(
        pid=me.pid,
        pid_started=me.create_time(),
        started_at=format_ts(time.time()),
        build=VERSION,
        protocol=PROTOCOL,
        socket=str(socket),
    )
    try:
        write_atomic(home.daemon_file, record.model_dump_json(indent=2).encode() + b"\n")
    except OSError as error:
        _log("not_recorded", place=home.daemon_file, reason=error.strerror)


def _forget(home: Home) -> None:
    """Remove daemon.json, unless it is another daemon's by now."""
    recorded = load_daemon_file(home)
    if recorded is not None and recorded.pid == os.getpid():
        home.daemon_file.unlink(missing_ok=True)


def _first(group: BaseExceptionGroup[CannotListen]) -> BaseException:
    """The one exception in a group of groups."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _complain(words: str) -> None:
    _write(f"mogplex-daemon: {words}\n")


def _log(event: str, **fields: object) -> None:
    facts = " ".join(f"{name}={value}" for name, value in fields.items())
    _write(f"{format_ts(time.time())} {event} {facts}\n")


def _write(line: str) -> None:
    """A log that cannot be written, as on a full disk, is no reason to end."""
    with suppress(OSError):
        sys.stderr.write(line)
        sys.stderr.flush()
