"""The daemon's socket: only its own user is served, each connection in tasks of its own."""

import os
from pathlib import Path

import anyio
from anyio.abc import SocketStream, TaskStatus

from mogplex_contracts.codec import encode
from mogplex_contracts.events.link import CommandRejected
from mogplex_daemon.server.daemon import Daemon
from mogplex_daemon.server.handlers import carry_out
from mogplex_daemon.server.session import DaemonSession
from mogplex_daemon.wire.peer import peer_uid


async def listen(path: Path, daemon: Daemon, *, task_status: TaskStatus[None]) -> None:
    """Serve clients on `path` until cancelled. The caller holds the daemon's lock, so a file there is stale.

    Raises OSError when the socket cannot be made.
    """
    path.unlink(missing_ok=True)
    async with await anyio.create_unix_listener(path, mode=0o600) as listener:
        inode = path.stat().st_ino
        task_status.started()
        try:
            await listener.serve(lambda stream: _serve(stream, daemon))
        finally:
            _remove_own(path, inode)


async def _serve(stream: SocketStream, daemon: Daemon) -> None:
    async with stream:
        if peer_uid(stream) != os.getuid():
            refusal = CommandRejected(
                command_id="", code="other_user", reason="this daemon serves the user who started it"
            )
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
