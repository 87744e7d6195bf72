"""The daemon's socket: only its own user is served, each connection in tasks of its own."""

import os
import resource
import sys
import traceback
from contextlib import suppress
from pathlib import Path

import anyio
from anyio.abc import SocketListener, SocketStream, TaskGroup, TaskStatus

from mogplex_contracts.codec import encode
from mogplex_contracts.events.link import CommandRejected
from mogplex_daemon.home.sockets import clear_stale_socket
from mogplex_daemon.server.daemon import Daemon
from mogplex_daemon.server.handlers import carry_out
from mogplex_daemon.server.session import DaemonSession
from mogplex_daemon.wire.peer import peer_uid

RETRY_SECONDS = 1.0
"""Until a connection that could not be taken is tried again, should nobody leave before."""


class CannotListen(Exception):
    """The socket cannot be made; the message says why."""


async def listen(path: Path, daemon: Daemon, clients: TaskGroup, *, task_status: TaskStatus[None]) -> None:
    """Take clients on `path` until cancelled; they are served in `clients`. Raises CannotListen."""
    try:
        clear_stale_socket(path)
        listener = await anyio.create_unix_listener(path, mode=0o600)
    except OSError as error:
        raise CannotListen(f"cannot listen on {path}: {error.strerror or error}") from error
    async with listener:
        inode = path.stat().st_ino
        task_status.started()
        try:
            await _take_clients(listener, daemon, clients)
        finally:
            # While it is open the inode is ours: no other file can have got its number.
            _remove_own(path, inode)


async def _take_clients(listener: SocketListener, daemon: Daemon, clients: TaskGroup) -> None:
    """Who comes when there is no file to spare waits. A client takes two, itself and the run it is told, and a
    third of all is left for the daemon's own work."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    places = anyio.Semaphore(max(1, files // 3))
    left = anyio.Event()

    async def client(stream: SocketStream) -> None:
        nonlocal left
        async with places:
            await _serve(stream, daemon)
        left.set()
        left = anyio.Event()

    while True:
        async with places:
            try:
                stream = await listener.accept()
            except anyio.BrokenResourceError:
                with anyio.move_on_after(RETRY_SECONDS):
                    await left.wait()
                continue
        clients.start_soon(client, stream)


async def _serve(stream: SocketStream, daemon: Daemon) -> None:
    """One client. Whatever goes wrong here costs this client its connection, and nobody else anything."""
    try:
        await _serve_one(stream, daemon)
    except Exception:
        traceback.print_exc(file=sys.stderr)


async def _serve_one(stream: SocketStream, daemon: Daemon) -> None:
    async with stream:
        if peer_uid(stream) != os.getuid():
            refusal = CommandRejected(
                command_id="", code="other_user", reason="this daemon serves the user who started it"
            )
            with suppress(OSError, anyio.BrokenResourceError):
                await stream.send(encode(refusal) + b"\n")
            return
        async with anyio.create_task_group() as tasks:
            session = DaemonSession(daemon, stream, tasks, carry_out)
            daemon.clients.add(session.send)
            try:
                await session.run()
            finally:
                daemon.clients.discard(session.send)
            tasks.cancel_scope.cancel()


def _remove_own(path: Path, inode: int) -> None:
    """Remove the socket file, unless it is another one by now."""
    try:
        if path.stat().st_ino == inode:
            path.unlink()
    except FileNotFoundError:
        return
