"""The host's control socket: any number of clients of the same user, each in a session of its own."""

import os
from functools import partial
from pathlib import Path

import anyio
from anyio.abc import SocketStream, TaskGroup

from mogplex_daemon.runhost.host import RunHost
from mogplex_daemon.runhost.session import ClientSession
from mogplex_daemon.wire.clients import files_allowed, take_clients
from mogplex_daemon.wire.commands import CommandReader
from mogplex_daemon.wire.peer import is_gone, peer_uid

MAX_CLIENTS = 200
"""Connections at one time; the next one waits until one of them ends. Where a process may have few files
open, half of them are for clients and half for the run itself."""


async def serve_control_socket(path: Path, host: RunHost, tasks: TaskGroup, listening: anyio.Event) -> None:
    """Listen on `path` until cancelled, then remove it; sets `listening` when it does.

    A socket that fails costs the run nothing else.
    """
    try:
        path.unlink(missing_ok=True)
        listener = await anyio.create_unix_listener(path, mode=0o600)
    except OSError as error:
        host.recorder.warn(
            "no_control_socket",
            f"cannot listen on {path}: {error.strerror}; the run goes on, and nobody else can attach to it. "
            "Set MOGPLEX_HOME to a folder on a local disk",
        )
        return
    listening.set()

    async def session(stream: SocketStream) -> None:
        async with stream:
            if peer_uid(stream) == os.getuid():
                await ClientSession(host, stream, CommandReader(stream), partial(is_gone, stream)).run()

    try:
        async with listener:
            await take_clients(listener, session, tasks, min(MAX_CLIENTS, files_allowed() // 2))
    finally:
        path.unlink(missing_ok=True)
