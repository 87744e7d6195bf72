"""The daemon's socket: only its own user is served, each connection in tasks of its own."""

import os
import sys
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path

import anyio
from anyio.abc import SocketStream, TaskGroup, TaskStatus

from mogplex_contracts.codec import encode
from mogplex_contracts.events.link import CommandRejected
from mogplex_daemon.home.sockets import clear_stale_socket
from mogplex_daemon.server.daemon import Daemon
from mogplex_daemon.server.handlers import carry_out
from mogplex_daemon.server.session import DaemonSession
from mogplex_daemon.wire.clients import files_allowed, take_clients
from mogplex_daemon.wire.peer import peer_uid


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
            # A client takes two files, its own and that of the run it is told; a third of all is for the daemon.
            await take_clients(listener, partial(_serve, daemon), clients, files_allowed() // 3)
        finally:
            # While it is open the inode is ours: no other file can have got its number.
            _remove_own(path, inode)


async def _serve(daemon: Daemon, stream: SocketStream) -> None:
    """One client. Whatever goes wrong here costs this client its connection, and nobody else anything."""
    try:
        await _serve_one(daemon, stream)
    except Exception:
        traceback.print_exc(file=sys.stderr)


async def _serve_one(daemon: Daemon, stream: SocketStream) -> None:
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
