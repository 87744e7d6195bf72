"""The process transport: each run gets a host process of its own, spoken to over its stdin and stdout.

The host is started in a session of its own and is never killed from here: it outlives the cockpit.
"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.to_thread

from mogplex_cli.transport.base import Health, Incoming, NotStarted, TransportFailed
from mogplex_cli.transport.pipe import read_pipe, write_pipe
from mogplex_cli.transport.router import TransportName
from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.commands.session import Attach, Hello
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events.link import CommandRejected
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.framing import Line, LineSplitter
from mogplex_contracts.ids import new_id
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import Home, RunFolder

HOST = (sys.executable, "-P", "-m", "mogplex_daemon.runhost")
"""`-P`: never import from the workspace, where a file may be called as a module of ours is."""


@dataclass(eq=False)
class _Host:
    """A host process this transport started."""

    start: RunStart
    process: subprocess.Popen[bytes]
    stdin: int
    stdout: int
    accepted: bool = False
    """Whether it took its run."""
    ended: bool = False
    """Whether its run has its final status."""
    splitter: LineSplitter = field(default_factory=LineSplitter)


class ProcessTransport:
    """Starts hosts, one at a time, and carries lines. `incoming` must be iterated for anything to move."""

    name: TransportName = "process"

    def __init__(self, hello: Hello, home: Home) -> None:
        """`hello` introduces this client to every host; a host's stderr goes to a file in its run's folder."""
        self._hello = hello
        self._home = home
        self._host: _Host | None = None
        self._started, self._starts = anyio.create_memory_object_stream[_Host](16)

    async def incoming(self) -> AsyncIterator[Incoming]:
        """Lines of the current run's host, then of the next one's."""
        yield Health("nominal")
        async for host in self._starts:
            yield Health("nominal")
            async for item in self._read(host):
                yield item

    async def send(self, command: Command) -> None:
        """Send a command to the current host; `run_start` makes a new one."""
        if isinstance(command, RunStart):
            await self._spawn(command)
            return
        if self._host is None:
            raise TransportFailed("there is no run; start one with /run <task>")
        await self._write(self._host, command)

    def archive(self, run_id: str) -> Path:
        """The run's journal: it is on this machine."""
        return self._home.run(run_id).journal

    async def _spawn(self, start: RunStart) -> None:
        try:
            host = await anyio.to_thread.run_sync(self._popen, start)
        except OSError as error:
            place = error.filename or " ".join(HOST)
            raise TransportFailed(
                f"the run host could not be started: {place}: {error.strerror}; "
                "free some space, mend its permissions, or set MOGPLEX_HOME to another folder"
            ) from error
        self._host = host
        await self._started.send(host)
        # A host that ends before it has read this is told of by `incoming`, which knows how it ended.
        with suppress(TransportFailed):
            for command in (self._hello, start, Attach(id=new_id("cmd"), run_id=start.run_id, after_seq=0)):
                await self._write(host, command)

    def _popen(self, start: RunStart) -> _Host:
        folder = self._home.run(start.run_id)
        ensure_private_dir(folder.root)
        log = os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            process = subprocess.Popen(
                HOST,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=start.cwd,
                start_new_session=True,
            )
        finally:
            os.close(log)
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin.fileno(), process.stdout.fileno()
        os.set_blocking(stdin, False)
        return _Host(start, process, stdin, stdout)

    async def _write(self, host: _Host, command: Command) -> None:
        try:
            await write_pipe(host.stdin, encode(command) + b"\n")
        except OSError as error:
            raise TransportFailed("the run host has ended; start a new run with /run <task>") from error

    async def _read(self, host: _Host) -> AsyncIterator[Incoming]:
        while data := await read_pipe(host.stdout):
            for line in host.splitter.feed(data):
                refusal = self._notice(host, line.data) if isinstance(line, Line) else None
                yield refusal or line
        status = await anyio.to_thread.run_sync(host.process.wait)
        for pipe in (host.process.stdin, host.process.stdout):
            if pipe is not None:
                pipe.close()
        if self._host is host:
            self._host = None
        how = _how_it_ended(status, self._home.run(host.start.run_id))
        if not host.accepted:
            yield NotStarted(host.start.run_id, how)
        elif not host.ended:
            yield Health("offline", how)

    def _notice(self, host: _Host, data: bytes) -> NotStarted | None:
        """Learn from a line how far the host is; a refused start is told as such."""
        if host.accepted and b'"run_status_changed"' not in data:
            return None
        try:
            event = decode_event(data)
        except InvalidLine:
            return None
        match event:
            case CommandRejected(command_id=host.start.id):
                host.accepted = host.ended = True
                return NotStarted(host.start.run_id, event.reason)
            case RunStatusChanged() if event.status in FINAL_RUN_STATUSES:
                host.ended = True
            case _ if event.seq is not None:
                host.accepted = True
            case _:
                pass
        return None


def _how_it_ended(status: int, folder: RunFolder) -> str:
    how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
    return (
        f"the run host ended without a word ({how}); what the run did is in {folder.journal}, "
        f"its last words in {folder.log}"
    )
