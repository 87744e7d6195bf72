"""A run told to one client: from its living host while there is one, from its folder when there is none.

The host's lines are passed on as they are. When the host is gone, the rest comes from the journal, behind the
last event that was passed on: nothing twice, nothing missed.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import anyio
import anyio.to_thread

from mogplex_contracts.commands import Command
from mogplex_contracts.commands.session import Attach
from mogplex_contracts.envelope import EventBase, Operator
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.state import RunState
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.runs.connection import HostConnection, Unreachable, connect_host
from mogplex_daemon.server import replay

LEAVING_SECONDS = 2.0
"""How long a host may live on after its connection is closed, as it does at the end of a run."""


class Outlet(Protocol):
    """Where the lines go."""

    async def send(self, *events: EventBase) -> None:
        """Send events."""
        ...

    async def send_lines(self, lines: bytes) -> None:
        """Send whole lines."""
        ...


class Following:
    """One attach, until it is cancelled or the run has been told to its end."""

    def __init__(
        self,
        folder: RunFolder,
        attach: Attach,
        operator: Operator,
        outlet: Outlet,
        gone: Callable[[], Awaitable[None]],
        closed: Callable[[], Awaitable[None]],
    ) -> None:
        """`gone` returns when the run has no host any more, `closed` when its journal has an end besides."""
        self.run_id = folder.root.name
        self.observe = attach.observe
        self.scope = anyio.CancelScope()
        """Cancel it to stop following."""
        self._folder = folder
        self._attach = attach
        self._operator = operator
        self._outlet = outlet
        self._gone, self._closed = gone, closed
        self._host: HostConnection | None = None
        self._last_seq = attach.after_seq
        self._answered = False
        """Whether the host has answered the attach."""

    async def run(self, socket: Path | None) -> None:
        """Tell the run. `socket` is its host's, None when it has none."""
        with self.scope:
            trouble = await self._from_host(socket) if socket is not None else ""
            try:
                state = await self._last_state()
                if state is not None:
                    await self._from_folder(state)
                    return
            except OSError as error:
                trouble = f"{error.filename or self._folder.root}: {error.strerror}"
            except replay.Unreadable as error:
                trouble = str(error)
            await self._outlet.send(self._rejected(trouble))

    async def _last_state(self) -> RunState | None:
        """The run as nobody will change it any more; None while its host lives."""
        state = await anyio.to_thread.run_sync(replay.load, self._folder)
        if state.status in FINAL_RUN_STATUSES:
            return state  # Its host may still be busy with its leave.
        with anyio.move_on_after(LEAVING_SECONDS) as leaving:
            await self._gone()
        if leaving.cancelled_caught:
            return None
        # Its commands are ended before its run is told to be over, however long they take.
        await self._closed()
        return await anyio.to_thread.run_sync(replay.load, self._folder)

    async def forward(self, command: Command) -> bool:
        """Pass a command to the host, which answers it; False when there is no host."""
        if self._host is None:
            return False
        try:
            await self._host.send(command)
        except Unreachable:
            return False
        return True

    async def _from_host(self, socket: Path) -> str:
        """Pass on what the host says until its connection ends; why that was."""
        try:
            async with connect_host(socket, self._operator) as host:
                await host.send(self._attach)
                self._host = host
                while lines := await host.lines():
                    self._note(lines)
                    await self._outlet.send_lines(b"".join(line + b"\n" for line in lines))
        except Unreachable as error:
            return str(error)
        finally:
            self._host = None
        return "its host has closed the connection and lives on; attach again"

    async def _from_folder(self, state: RunState) -> None:
        """What the client has not been told yet of a run that is over."""
        if self._last_seq is None:
            await self._outlet.send(replay.snapshot(state), self._accepted())
            return
        if not self._answered:
            await self._outlet.send(self._accepted())
        pieces = replay.lines_after(self._folder, self._last_seq)
        while piece := await anyio.to_thread.run_sync(next, pieces, b""):
            await self._outlet.send_lines(piece)

    def _accepted(self) -> CommandAccepted:
        return CommandAccepted(run_id=self.run_id, command_id=self._attach.id)

    def _rejected(self, reason: str) -> CommandRejected:
        return CommandRejected(
            run_id=self.run_id,
            command_id=self._attach.id,
            code="cannot_follow",
            reason=f"{self.run_id} cannot be followed: {reason}",
        )

    def _note(self, lines: list[bytes]) -> None:
        """Remember the last journaled event among them, and the answer to the attach."""
        if not self._answered:
            answer = self._attach.id.encode()
            self._answered = any(answer in line for line in lines)
        for line in reversed(lines):
            head = json.loads(line)
            seq = head.get("at_seq") if head.get("type") == "snapshot" else head.get("seq")
            if seq is not None:
                self._last_seq = seq
                return
