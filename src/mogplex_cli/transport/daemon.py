"""The daemon transport: one connection to the daemon, which is lost and found again without losing an event.

After a loss it comes back with growing pauses and goes on behind the last event it was given: nothing twice,
nothing missed. A daemon that crashed is started again; one that was stopped on purpose is not.
"""

import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio.abc import SocketStream

from mogplex_cli.transport.base import Health, Incoming, NotStarted, TransportFailed
from mogplex_cli.transport.router import TransportName
from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.commands.session import Attach, Detach, Hello
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.framing import Line, LineSplitter
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce.evolve import evolve
from mogplex_daemon.home.child_process import run_child
from mogplex_daemon.home.daemon_file import SOCKET_VARIABLE

START = (sys.executable, "-P", "-m", "mogplex_daemon", "start")
"""`-P`: never import from the workspace, where a file may be called as a module of ours is."""
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
STOPPING = "daemon_stopping"
"""Code of the diagnostic with which a daemon says that it ends on purpose."""

_PLACE = re.compile(rb'\{"v":1,"run_id":"([^"]*)","seq":(\d+|null)')
_SNAPSHOT = re.compile(rb'"type":"snapshot","at_seq":(\d+)')
_ANSWERS = (b'"command_accepted"', b'"command_rejected"', b'"diagnostic"')
HEAD_BYTES = 400
"""What is looked at of a line to know its run and place: the envelope comes first."""


@dataclass(eq=False)
class _Run:
    """The run that is followed."""

    run_id: str
    last_seq: int | None
    """The last event that was given on; None before the first, to be had by a snapshot."""
    observe: bool


class DaemonTransport:
    """Talks to the daemon, wherever it listens at the moment."""

    name: TransportName = "daemon"

    def __init__(
        self, hello: Hello, find: Callable[[], Path], run_id: str | None, *, observe: bool, start: bool
    ) -> None:
        """`find` tells where the daemon listens and may raise OSError. `run_id`: attach to it at once.

        `start`: the daemon may be started when there is none.
        """
        self._hello = hello
        self._find = find
        self._start = start
        self._observe = observe
        self._run = _Run(run_id, None, observe) if run_id else None
        self._stream: SocketStream | None = None
        self._starts: dict[str, str] = {}
        self._attaches: dict[str, tuple[str, _Run | None]] = {}
        """Attaches on their way: the run asked for, and the one to go back to when it is refused."""
        self._stopped_on_purpose = False
        self._declined = ""
        """Why there is nothing to be had from the daemon now, as from one of another version."""
        self._writing = anyio.Lock()

    async def incoming(self) -> AsyncIterator[Incoming]:
        """Lines of the daemon, over as many connections as it takes."""
        pause = FIRST_PAUSE_SECONDS
        yield Health("connecting", "connecting to the daemon")
        while True:
            try:
                stream = await self._connect()
            except TransportFailed as failed:
                yield Health("offline", str(failed))
                await anyio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            async with stream:
                async for item in self._talk(stream):
                    if item == Health("nominal"):
                        pause = FIRST_PAUSE_SECONDS
                    yield item
            self._stream = None
            if self._declined:
                yield Health("offline", self._declined)
            else:
                yield Health(
                    "reconnect", "the daemon is gone; runs go on without it, this screen stands still"
                )
            await anyio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def send(self, command: Command) -> None:
        """Send a command; `run_start` and `attach` also change which run is followed."""
        if self._stream is None:
            raise TransportFailed("the daemon is not connected; nothing was sent, try again when it is")
        followed = self._run
        match command:
            case RunStart():
                self._starts[command.id] = command.run_id
                command = evolve(command, env=dict(os.environ))
            case Attach():
                command = evolve(command, observe=command.observe or self._observe)
                self._attaches[command.id] = command.run_id, followed
                self._run = _Run(command.run_id, command.after_seq, command.observe)
            case Detach():
                self._run = None
            case _:
                pass
        try:
            await self._write(self._stream, command)
        except TransportFailed:
            # Nothing was asked, so nothing is waited for, and the same run is followed when it is back.
            self._starts.pop(command.id, None)
            self._attaches.pop(command.id, None)
            self._run = followed
            raise

    def archive(self, run_id: str) -> None:
        """The daemon looks it up."""
        return

    async def _connect(self) -> SocketStream:
        """A connection; starts the daemon when that is allowed and it was not stopped on purpose."""
        socket = self._place()
        try:
            return await anyio.connect_unix(socket)
        except OSError as error:
            if self._stopped_on_purpose:
                raise TransportFailed(
                    "the daemon was stopped, its runs go on; start it with: mogplex-daemon start"
                ) from error
            if not self._start:
                raise TransportFailed(
                    f"no daemon on {socket} ({error.strerror}); start it with: mogplex-daemon start · "
                    f"a socket named by {SOCKET_VARIABLE} is not started by itself"
                ) from error
        started = await run_child(START, keep_stderr=True)
        if started.returncode != 0:
            raise TransportFailed(
                started.stderr.decode("utf-8", "replace").strip() or "the daemon did not start"
            )
        socket = self._place()
        try:
            return await anyio.connect_unix(socket)
        except OSError as error:
            raise TransportFailed(f"{socket} cannot be reached: {error.strerror}") from error

    def _place(self) -> Path:
        """Where the daemon listens: another one may have taken its place meanwhile, elsewhere."""
        try:
            return self._find()
        except OSError as error:
            raise TransportFailed(f"no place for the daemon's socket: {error}") from error

    async def _talk(self, stream: SocketStream) -> AsyncIterator[Incoming]:
        """One connection, from hello to its end."""
        splitter = LineSplitter()
        self._declined = ""
        try:
            await self._write(stream, self._hello)
            while True:
                for line in splitter.feed(await stream.receive()):
                    if isinstance(line, Line):
                        refusal = await self._notice(stream, line.data)
                        if self._declined:
                            return
                        if refusal is not None:
                            yield refusal
                            continue
                        if self._stream is None and b'"type":"ready"' in line.data[:HEAD_BYTES]:
                            await self._come_back(stream)
                            self._stream = stream
                            self._stopped_on_purpose = False
                            yield Health("nominal")
                    yield line
        except (
            OSError,
            TransportFailed,
            anyio.EndOfStream,
            anyio.BrokenResourceError,
            anyio.ClosedResourceError,
        ):
            return

    async def _come_back(self, stream: SocketStream) -> None:
        """Follow the same run on a new connection.

        A start that was not answered before the daemon was lost may have come to be: it is looked for.
        """
        lost, self._starts = list(self._starts.values()), {}
        if lost:
            await self._attach(stream, _Run(lost[-1], 0, observe=False), self._run)
        elif self._run is not None:
            await self._attach(stream, self._run, None)

    async def _attach(self, stream: SocketStream, run: _Run, otherwise: _Run | None) -> None:
        """Attach behind the last event; `otherwise`: what to follow when that is refused."""
        attach = Attach(id=new_id("cmd"), run_id=run.run_id, after_seq=run.last_seq, observe=run.observe)
        self._attaches[attach.id] = run.run_id, otherwise
        self._run = run
        await self._write(stream, attach)

    async def _notice(self, stream: SocketStream, data: bytes) -> NotStarted | None:
        """Learn from a line where the run stands, and what became of what was asked."""
        head = data[:HEAD_BYTES]
        place = _PLACE.match(head)
        if place and self._run and place[1].decode() == self._run.run_id:
            snapshot = _SNAPSHOT.search(head)
            if snapshot:
                self._run.last_seq = int(snapshot[1])
            elif place[2] != b"null":
                self._run.last_seq = int(place[2])
        if not any(word in head for word in _ANSWERS):
            return None
        try:
            event = decode_event(data)
        except InvalidLine:
            return None
        match event:
            case CommandAccepted() if event.command_id in self._starts:
                del self._starts[event.command_id]
                await self._attach(stream, _Run(event.message, 0, observe=False), None)
            case CommandRejected() if self._stream is None:  # hello, or us: nothing else was said yet
                self._declined = event.reason
            case CommandRejected(code="cannot_follow") if self._is_shown(event.run_id):
                self._attaches.pop(event.command_id, None)
                self._declined = event.reason
            case CommandRejected() if event.command_id in self._starts:
                return NotStarted(self._starts.pop(event.command_id), event.reason)
            case CommandRejected() if event.command_id in self._attaches:
                run_id, otherwise = self._attaches.pop(event.command_id)
                self._run = None
                if otherwise is not None:
                    await self._attach(stream, otherwise, None)
                return NotStarted(run_id, event.reason)
            case CommandAccepted() if event.command_id in self._attaches:
                del self._attaches[event.command_id]
            case Diagnostic(code=code) if code == STOPPING:
                self._stopped_on_purpose = True
            case _:
                pass
        return None

    def _is_shown(self, run_id: str) -> bool:
        """Whether something of this run was given already."""
        return self._run is not None and self._run.run_id == run_id and bool(self._run.last_seq)

    async def _write(self, stream: SocketStream, command: Command) -> None:
        try:
            async with self._writing:
                await stream.send(encode(command) + b"\n")
        except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise TransportFailed(
                "the daemon is gone; nothing was sent, try again when it is back"
            ) from error
