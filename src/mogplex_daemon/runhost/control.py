"""The host's control socket: any number of clients of the same user, each in a session of its own."""

import os
import resource
from functools import partial
from pathlib import Path

import anyio
from anyio.abc import SocketStream, TaskGroup

from mogplex_daemon.runhost.host import RunHost
from mogplex_daemon.runhost.session import ClientSession
from mogplex_daemon.wire.commands import CommandReader
from mogplex_daemon.wire.peer import is_gone, peer_uid

MAX_CLIENTS = 200
"""Connections at one time; the next one waits until one of them ends. Where a process may have few files
open, half of them are for clients and half for the run itself."""
RETRY_SECONDS = 1.0
"""Until a connection that could not be taken is tried again, should nobody leave before."""


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
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    places = anyio.Semaphore(min(MAX_CLIENTS, files // 2))
    left = anyio.Event()
    listening.set()

    async def session(stream: SocketStream) -> None:
        nonlocal left
        async with places, stream:
            if peer_uid(stream) == os.getuid():
                await ClientSession(host, stream, CommandReader(stream), partial(is_gone, stream)).run()
        left.set()
        left = anyio.Event()

    try:
        async with listener:
            while True:
                async with places:
                    try:
                        stream = await listener.accept()
                    except anyio.BrokenResourceError:
                        # This process has no file to spare: the client waits until there is one.
                        with anyio.move_on_after(RETRY_SECONDS):
                            await left.wait()
                        continue
                tasks.start_soon(session, stream)
    finally:
        path.unlink(missing_ok=True)
