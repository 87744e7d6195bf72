"""A connection to a run's host over its control socket, already greeted."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from anyio.abc import SocketStream

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.envelope import Operator
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, Ready
from mogplex_contracts.framing import Line, LineSplitter
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.version import VERSION

GREETING_SECONDS = 10.0
ANSWER_SECONDS = 10.0


class Unreachable(Exception):
    """The host does not answer; the message says why."""


class Declined(Unreachable):
    """It answered, and does not talk to this client; the message says why and what to do now."""


class HostConnection:
    """Whole lines of a host, and commands to it."""

    def __init__(self, stream: SocketStream) -> None:
        self._stream = stream
        self._splitter = LineSplitter()
        self._lines: list[bytes] = []

    async def lines(self) -> list[bytes]:
        """The next whole lines, at least one; an empty list when the host is gone."""
        while not self._lines:
            try:
                data = await self._stream.receive()
            except (OSError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
                return []
            self._lines = [line.data for line in self._splitter.feed(data) if isinstance(line, Line)]
        lines, self._lines = self._lines, []
        return lines

    async def send(self, command: Command) -> None:
        """Send a command; raises Unreachable."""
        try:
            await self._stream.send(encode(command) + b"\n")
        except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise Unreachable("the run's host is gone") from error

    async def greet(self, operator: Operator) -> None:
        """Say hello in the name of `operator`; raises Unreachable when the host does not take it."""
        await self.send(
            Hello(
                id=new_id("cmd"),
                protocol=PROTOCOL,
                client_id=operator.client_id,
                label=operator.label,
                build=VERSION,
            )
        )
        for line in await self.lines():
            match _event(line):
                case Ready():
                    return
                case CommandRejected(reason=reason):
                    raise Declined(reason)
                case _:
                    pass
        raise Unreachable("the run's host is gone")


@asynccontextmanager
async def connect_host(socket: Path, operator: Operator) -> AsyncGenerator[HostConnection]:
    """A greeted connection to the host that listens on `socket`; raises Unreachable."""
    try:
        stream = await anyio.connect_unix(socket)
    except OSError as error:
        raise Unreachable(f"{socket} cannot be reached: {error.strerror}") from error
    async with stream:
        connection = HostConnection(stream)
        try:
            with anyio.fail_after(GREETING_SECONDS):
                await connection.greet(operator)
        except TimeoutError as error:
            raise Unreachable(f"{socket} did not answer within {GREETING_SECONDS:g} s") from error
        yield connection


def _event(line: bytes) -> Event:
    """A line as an event; raises Unreachable when whoever answers is no host at all."""
    try:
        return decode_event(line)
    except InvalidLine as error:
        raise Unreachable(f"what answers there is no run's host: {error}") from error


async def tell(socket: Path, operator: Operator, command: Command) -> CommandAccepted | CommandRejected:
    """Send one command to a host and return its one answer; raises Unreachable."""
    try:
        with anyio.fail_after(ANSWER_SECONDS):
            async with connect_host(socket, operator) as host:
                await host.send(command)
                while lines := await host.lines():
                    for line in lines:
                        event = _event(line)
                        if (
                            isinstance(event, CommandAccepted | CommandRejected)
                            and event.command_id == command.id
                        ):
                            return event
    except TimeoutError as error:
        raise Unreachable(f"{socket} did not answer within {ANSWER_SECONDS:g} s") from error
    raise Unreachable("the run's host is gone")
