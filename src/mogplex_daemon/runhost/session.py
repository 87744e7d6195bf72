"""A client attached to the run: its commands are carried out in order, its answers come in their place."""

import anyio

from mogplex_contracts.commands import Command
from mogplex_contracts.envelope import EventBase
from mogplex_daemon.runhost.audience import Follower
from mogplex_daemon.runhost.handlers import HANDLERS, Request
from mogplex_daemon.runhost.host import RunHost
from mogplex_daemon.wire.commands import ByteStream, CommandReader, Refused, accepted, rejected


class ClientSession:
    """One connection to the run."""

    def __init__(self, host: RunHost, stream: ByteStream, reader: CommandReader) -> None:
        self._host = host
        self._stream = stream
        self._reader = reader
        self._follower: Follower = host.audience.join()

    async def run(self) -> None:
        """Serve until the other side is gone. A stream that only stopped talking is still told the run."""
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._listen)
                await self._tell()
                tasks.cancel_scope.cancel()
        finally:
            self._host.audience.leave(self._follower)

    def answer(self, event: EventBase) -> None:
        """Send an answer, after everything that is journaled now."""
        line = self._host.recorder.stamp(event, None)[1]
        self._host.audience.answer(self._follower, line)

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

    async def _listen(self) -> None:
        while (item := await self._reader.next()) is not None:
            if isinstance(item, EventBase):
                self.answer(item)
            else:
                await self.carry_out(item)

    async def _tell(self) -> None:
        while True:
            piece = await self._host.audience.next_piece(self._follower)
            try:
                await self._stream.send(piece)
            except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
                return
