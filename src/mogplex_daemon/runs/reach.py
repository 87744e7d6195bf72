"""Speaks to a run's host over its control socket: one command, its one answer."""

import getpass

import anyio

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.framing import Line, LineSplitter
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.version import VERSION

ANSWER_SECONDS = 10.0


class Unreachable(Exception):
    """The host does not answer; the message says why."""


async def tell(socket: str, command: Command) -> CommandAccepted | CommandRejected:
    """Send `command` to the host that listens on `socket` and return its answer; raises Unreachable."""
    hello = Hello(
        id=new_id("cmd"),
        protocol=PROTOCOL,
        client_id=new_id("cli"),
        label=f"{getpass.getuser()} (mogplex-daemon)",
        build=VERSION,
    )
    splitter = LineSplitter()
    try:
        with anyio.fail_after(ANSWER_SECONDS):
            async with await anyio.connect_unix(socket) as stream:
                await stream.send(encode(hello) + b"\n" + encode(command) + b"\n")
                while True:
                    for line in splitter.feed(await stream.receive()):
                        event = decode_event(line.data) if isinstance(line, Line) else None
                        if (
                            isinstance(event, CommandAccepted | CommandRejected)
                            and event.command_id == command.id
                        ):
                            return event
    except TimeoutError as error:
        raise Unreachable(f"{socket} did not answer within {ANSWER_SECONDS:g} s") from error
    except (OSError, anyio.EndOfStream, anyio.BrokenResourceError) as error:
        raise Unreachable(f"{socket} cannot be reached: {error}") from error
