"""Tells the daemon, if there is one, that this host listens: so it knows of runs it did not start."""

import os
from pathlib import Path

import anyio

from mogplex_contracts.codec import encode
from mogplex_contracts.commands.admin import RunAnnounce
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.daemon_file import find_socket
from mogplex_daemon.home.paths import Home

ANSWER_SECONDS = 10.0


async def announce(home: Home, run_id: str, daemon_socket: Path | None) -> None:
    """Say it once. That there is no daemon is no error: one that starts later finds the run on disk."""
    hello = Hello(id=new_id("cmd"), protocol=PROTOCOL, client_id=new_id("cli"), label=run_id, build=VERSION)
    command = RunAnnounce(id=new_id("cmd"), run_id=run_id)
    with anyio.move_on_after(ANSWER_SECONDS):
        try:
            socket = daemon_socket or find_socket(home, os.environ)
            async with await anyio.connect_unix(socket) as stream:
                await stream.send(encode(hello) + b"\n" + encode(command) + b"\n")
                answers = b""
                while command.id.encode() not in answers:
                    answers += await stream.receive()
        except (OSError, anyio.EndOfStream, anyio.BrokenResourceError):
            return
