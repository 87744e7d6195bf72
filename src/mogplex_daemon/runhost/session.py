"""A client attached to the run: its commands begin in their order, each is answered once."""

import sys
import traceback
from collections.abc import Callable

import anyio
from anyio.abc import TaskGroup

from mogplex_contracts.commands import Command
from mogplex_contracts.envelope import EventBase
from mogplex_daemon.runhost.audience import Follower
from mogplex_daemon.runhost.handlers import HANDLERS, Request
from mogplex_daemon.runhost.host import RunHost
from mogplex_daemon.wire.commands import ByteStream, CommandReader, Refused, accepted, rejected


class ClientSession:
    """One connection to the run."""

    def __init__(
        self,
        host: RunHost,
        stream: ByteStream,
        reader: CommandReader,
        gone: Callable[[], bool] = lambda: False,
    ) -> None:
        """`gone`, asked when no more commands come: whether nobody is there to be told the run."""
        self._host = host
        self._stream = stream
        self._reader = reader
        self._gone = gone
        self._follower: Follower = host.audience.join()

    async def run(self) -> None:
        """Serve until the other side is gone. A stream that only stopped talking is still told the run.

        Whatever goes wrong here costs this client its connection, and the run nothing.
        """
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._listen, tasks)
                await self._tell()
                tasks.cancel_scope.cancel()
        except Exception:
            traceback.print_exc(file=sys.stderr)
        finally:
            self._host.audience.leave(self._follower)

    def answer(self, event: EventBase) -> None:
        """Send an answer, after everything that is journaled now."""
        self._host.audience.answer(self._follower, self._host.recorder.answer(event))

    async def carry_out(self, command: Command) -> None:
        """Do what a command says and answer it once."""
        handler = HANDLERS.get(type(command))
        request = Request(self._host, self._follower, self._reader.operator, self.answer)
        try:
            if handler is None:
                raise Refused("not_here", f"{command.type} is not for a run's host; ask the daemon")
            message = await handler(request, command)
        except Refused as refusal:
            self.answer(rejected(command, refusal))
        else:
            self.answer(accepted(command, message))

    async def _listen(self, session: TaskGroup) -> None:
        """Begin commands in the order they come; one that has to wait, for the disk, holds up no other."""
        async with anyio.create_task_group() as commands:
            while (item := await self._reader.next()) is not None:
                if isinstance(item, EventBase):
                    self.answer(item)
                else:
                    commands.start_soon(self.carry_out, item)
        if self._gone():
            # A run that waits has nothing to tell for hours, and only then would it be noticed.
            session.cancel_scope.cancel()
        self._host.audience.silence(self._follower)

    async def _tell(self) -> None:
        while piece := await self._host.audience.next_piece(self._follower):
            try:
                await self._stream.send(piece)
            except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
                return
