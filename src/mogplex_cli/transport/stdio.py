"""The stdio transport: events come from the pipe or file on stdin, commands go to the one on stdout.

The descriptors are shared with other processes, so they are never set to non-blocking.
"""

import codecs
import errno
import os
import select
from collections.abc import AsyncIterator
from pathlib import Path

import anyio

from mogplex_cli.transport.base import Health, Incoming, TransportFailed
from mogplex_cli.transport.pipe import read_stream
from mogplex_cli.transport.router import TransportName
from mogplex_cli.transport.spool import Spool
from mogplex_contracts.codec import encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.framing import LineSplitter

STALLED_SECONDS = 5.0
"""How long whoever reads the commands may leave its pipe full before a command is given up."""

NO_RUNS = "this cockpit shows a stream and starts no runs; for that, open mogplex without a pipe"
NO_READER = (
    "nobody reads commands here: stdout is this terminal; pipe it on, as in cat run.jsonl | mogplex | agent"
)


class StdioTransport:
    """Carries lines. `incoming` must be iterated for events to come; commands can be sent at any time."""

    name: TransportName = "stdio"

    def __init__(
        self, events: int, commands: int | None, stalled: float = STALLED_SECONDS, *, kept: bool = True
    ) -> None:
        """Descriptors to read and to write; `commands` is None when stdout is the screen itself.

        `kept`: what comes is kept in a file, so that one can look back in it.
        """
        self._events = events
        self._commands = commands
        self._closed = NO_READER if commands is None else ""
        """Why no command can be sent any more; empty while they can."""
        self._stalled = stalled
        self._turn = anyio.Lock()
        self._spool = Spool() if kept else None

    async def incoming(self) -> AsyncIterator[Incoming]:
        """The lines of the stream, then the news that it has ended; a last line may lack its newline."""
        yield Health("nominal")
        splitter = LineSplitter()
        lines = 0
        mark = codecs.BOM_UTF8
        end = "end of stream"
        try:
            while data := await read_stream(self._events):
                # Some programs put a mark before UTF-8, and only there.
                data, mark = data.removeprefix(mark), b""
                if self._spool is not None:
                    self._spool.add(data)
                for line in splitter.feed(data):
                    lines += 1
                    yield line
        except OSError as error:
            end = f"the stream cannot be read any further: {error.strerror}"
        last = splitter.finish()
        if last is not None:
            lines += 1
            yield last
        yield Health("offline", f"{end} · {lines:,} {'line' if lines == 1 else 'lines'}")

    def archive(self, run_id: str) -> Path:
        """What has come so far."""
        if self._spool is None or self._spool.path is None:
            raise TransportFailed(
                "the stream could not be kept: there is no room for it in the temporary folder, or no /proc"
            )
        return self._spool.path

    async def send(self, command: Command) -> None:
        """Write a command as a line, whole and in its turn. Raises TransportFailed."""
        if isinstance(command, RunStart):
            raise TransportFailed(NO_RUNS)
        async with self._turn:
            if self._commands is None or self._closed:
                raise TransportFailed(self._closed)
            await self._write(self._commands, encode(command) + b"\n")

    async def _write(self, descriptor: int, data: bytes) -> None:
        written = 0
        try:
            while written < len(data):
                with anyio.fail_after(self._stalled):
                    await _until_writable(descriptor)
                # No more than this much is sure to fit into a pipe that can take anything, so it never blocks.
                written += os.write(descriptor, data[written : written + select.PIPE_BUF])
        except OSError as error:
            raise TransportFailed(self._why(error, torn=written > 0)) from error

    def _why(self, error: OSError, *, torn: bool) -> str:
        """What is told of a command that could not be written; some errors are the end of all commands."""
        if torn:
            self._closed = (
                "a command was only written in part, so nothing more can be sent: stdout was given up"
            )
        elif error.errno in (errno.EPIPE, errno.EBADF):
            self._closed = "nobody reads the commands any more: stdout is closed"
        if self._closed:
            return self._closed
        if isinstance(error, TimeoutError):
            return f"whoever reads the commands took nothing for {self._stalled:g} s; try again"
        return f"the command could not be written to stdout: {error.strerror}"


async def _until_writable(descriptor: int) -> None:
    try:
        await anyio.wait_writable(descriptor)
    except PermissionError:
        return  # A plain file always is.
