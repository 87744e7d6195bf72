"""A small client of the daemon: asks, waits for the answer, and leaves."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
from anyio.abc import SocketStream

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.admin import RunsList
from mogplex_contracts.commands.session import Attach, Hello
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import (
    CommandAccepted,
    CommandRejected,
    Ready,
    RunsListed,
    RunSummary,
    Snapshot,
)
from mogplex_contracts.framing import Line, LineSplitter
from mogplex_contracts.ids import new_id
from mogplex_contracts.state import RunState

ANSWER_SECONDS = 30.0


class NoDaemon(Exception):
    """The daemon does not answer; the message says what to do now."""


class DaemonClient:
    """One greeted connection. Every method raises NoDaemon when the daemon is gone or says nothing."""

    def __init__(self, stream: SocketStream, socket: Path) -> None:
        self._stream = stream
        self._socket = socket
        self._splitter = LineSplitter()
        self._events: list[Event] = []

    async def runs(self) -> tuple[RunSummary, ...]:
        """Every run, newest first."""
        command = RunsList(id=new_id("cmd"))
        with _patience(self._socket):
            await self._send(command)
            while True:
                event = await self._next()
                if isinstance(event, RunsListed) and event.command_id == command.id:
                    return event.runs

    async def run(self, run_id: str) -> RunState | None:
        """All of a run as it is now; None when there is no such run."""
        command = Attach(id=new_id("cmd"), run_id=run_id, observe=True)
        with _patience(self._socket):
            await self._send(command)
            while True:
                match await self._next():
                    case Snapshot() as snapshot if snapshot.state.run_id == run_id:
                        return snapshot.state
                    case CommandRejected() as rejected if rejected.command_id == command.id:
                        return None
                    case _:
                        pass

    async def ask(self, command: Command) -> CommandAccepted | CommandRejected:
        """Send a command; its answer."""
        with _patience(self._socket):
            await self._send(command)
            while True:
                event = await self._next()
                if isinstance(event, CommandAccepted | CommandRejected) and event.command_id == command.id:
                    return event

    async def gone(self) -> None:
        """Wait until the other end has closed the connection, as a run's host does when its run has ended."""
        with _patience(self._socket):
            while True:
                try:
                    await self._stream.receive()
                except (OSError, anyio.EndOfStream, anyio.BrokenResourceError):
                    return

    async def greet(self, hello: Hello) -> None:
        """Say hello."""
        with _patience(self._socket):
            await self._send(hello)
            match await self._next():
                case Ready():
                    return
                case CommandRejected() as rejected:
                    raise NoDaemon(rejected.reason)
                case _:
                    raise NoDaemon(f"whatever listens on {self._socket} is no mogplex-daemon")

    async def _send(self, command: Command) -> None:
        try:
            await self._stream.send(encode(command) + b"\n")
        except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise NoDaemon("the daemon is gone; start it with: mogplex-daemon start") from error

    async def _next(self) -> Event:
        while not self._events:
            try:
                data = await self._stream.receive()
            except (OSError, anyio.EndOfStream, anyio.BrokenResourceError) as error:
                raise NoDaemon("the daemon is gone; start it with: mogplex-daemon start") from error
            try:
                self._events = [
                    decode_event(line.data) for line in self._splitter.feed(data) if isinstance(line, Line)
                ]
            except InvalidLine as error:
                raise NoDaemon(f"whatever listens on {self._socket} is no mogplex-daemon: {error}") from error
        return self._events.pop(0)


@contextmanager
def _patience(socket: Path) -> Generator[None]:
    """Ends what takes longer than ANSWER_SECONDS, with words for it."""
    try:
        with anyio.fail_after(ANSWER_SECONDS):
            yield
    except TimeoutError as error:
        raise NoDaemon(f"{socket} did not answer within {ANSWER_SECONDS:g} s; try again") from error


@asynccontextmanager
async def connect_daemon(socket: Path, hello: Hello) -> AsyncGenerator[DaemonClient]:
    """A greeted connection to the daemon on `socket`; raises NoDaemon."""
    try:
        stream = await anyio.connect_unix(socket)
    except OSError as error:
        raise NoDaemon(
            f"no daemon on {socket} ({error.strerror}); start it with: mogplex-daemon start"
        ) from error
    async with stream:
        client = DaemonClient(stream, socket)
        await client.greet(hello)
        yield client
