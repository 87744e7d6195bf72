"""One client of the daemon: greeted, its commands carried out in order, and at most one run told to it."""

from collections.abc import Awaitable, Callable

import anyio
from anyio.abc import SocketStream, TaskGroup

from mogplex_contracts.codec import encode
from mogplex_contracts.commands import Command
from mogplex_contracts.envelope import EventBase, Operator
from mogplex_daemon.home.archive import Archive
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.server.daemon import Daemon
from mogplex_daemon.server.following import Following
from mogplex_daemon.wire.commands import CommandReader, Refused, accepted, rejected

DAEMON_IS_OLDER = "restart the daemon with: mogplex-daemon stop && mogplex-daemon start (its runs go on)"
Handle = Callable[["DaemonSession", Command], Awaitable[str | None]]


class DaemonSession:
    """A connection. Lines of the run and answers share it, each line whole."""

    def __init__(self, daemon: Daemon, stream: SocketStream, tasks: TaskGroup, handle: Handle) -> None:
        """`tasks` ends with the connection; `handle` carries out a command and may raise Refused."""
        self.daemon = daemon
        self.following: Following | None = None
        """The run this client is told."""
        self.lists_runs = False
        """Whether the list of runs is sent again whenever it changes."""
        self._archive: tuple[str, Archive] | None = None
        self._stream = stream
        self._tasks = tasks
        self._handle = handle
        self._reader = CommandReader(stream, DAEMON_IS_OLDER)
        self._give, self._take = anyio.create_memory_object_stream[tuple[bytes, anyio.Event]](0)

    @property
    def operator(self) -> Operator:
        """Who is at the other end."""
        return self._reader.operator

    @property
    def tasks(self) -> TaskGroup:
        """What this connection does at the same time; ends with it."""
        return self._tasks

    def archive(self, run_id: str, folder: RunFolder) -> Archive:
        """Where the run's journal is looked up; what was learned of it is kept until another run is asked about."""
        if self._archive is None or self._archive[0] != run_id:
            self._archive = run_id, Archive(folder.journal, run_id)
        return self._archive[1]

    async def run(self) -> None:
        """Serve until the other side is gone."""
        self._tasks.start_soon(self._write)
        while (item := await self._reader.next()) is not None:
            if isinstance(item, EventBase):
                await self.send(item)
            else:
                await self._carry_out(item)

    async def send(self, *events: EventBase) -> None:
        """Send events to the client; ends the connection when it is gone."""
        await self.send_lines(b"".join(encode(event) + b"\n" for event in events))

    async def send_lines(self, lines: bytes) -> None:
        """Send whole lines, returning when they are sent. Who waits for a slow client waits here.

        Cancelling it never leaves half a line: what was begun is written to its end.
        """
        sent = anyio.Event()
        try:
            await self._give.send((lines, sent))
        except anyio.BrokenResourceError:
            return  # The other side has just gone, and the connection is about to end.
        await sent.wait()

    async def _write(self) -> None:
        """Write what is to be sent, one piece after the other, until the connection ends."""
        async with self._take:
            async for lines, sent in self._take:
                try:
                    await self._stream.send(lines)
                except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
                    self._tasks.cancel_scope.cancel()
                sent.set()

    async def _carry_out(self, command: Command) -> None:
        try:
            message = await self._handle(self, command)
        except Refused as refusal:
            await self.send(rejected(command, refusal))
        else:
            if message is not None:
                await self.send(accepted(command, message))
