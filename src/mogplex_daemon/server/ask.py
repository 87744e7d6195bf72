"""Asks the daemon something whose answer is an event of its own."""

from pathlib import Path

import anyio

from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.admin import DaemonStatus
from mogplex_contracts.events.link import DaemonReported
from mogplex_daemon.runs.connection import ANSWER_SECONDS, Unreachable, connect_host
from mogplex_daemon.runs.watch import WATCHER


async def report(socket: Path, command: DaemonStatus) -> DaemonReported:
    """How the daemon on `socket` is; raises Unreachable."""
    with anyio.move_on_after(ANSWER_SECONDS):
        async with connect_host(socket, WATCHER) as daemon:
            await daemon.send(command)
            while lines := await daemon.lines():
                for line in lines:
                    event = decode_event(line)
                    if isinstance(event, DaemonReported):
                        return event
    raise Unreachable("the daemon does not answer")
