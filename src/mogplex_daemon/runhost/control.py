"""The host's control socket: any number of clients of the same user, each in a session of its own."""

import os
from pathlib import Path

import anyio
from anyio.abc import SocketStream, TaskGroup

from mogplex_daemon.runhost.host import RunHost
from mogplex_daemon.runhost.session import ClientSession
from mogplex_daemon.wire.commands import CommandReader
from mogplex_daemon.wire.peer import peer_uid


async def serve_control_socket(path: Path, host: RunHost, tasks: TaskGroup) -> None:
    """Listen on `path` until cancelled, then remove it. Raises OSError when it cannot be made."""
    path.unlink(missing_ok=True)
    async with await anyio.create_unix_listener(path, mode=0o600) as listener:

        async def session(stream: SocketStream) -> None:
            async with stream:
                if peer_uid(stream) == os.getuid():
                    await ClientSession(host, stream, CommandReader(stream)).run()

        try:
            await listener.serve(session, tasks)
        finally:
            path.unlink(missing_ok=True)
