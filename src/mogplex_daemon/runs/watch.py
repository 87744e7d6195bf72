"""Follows a living run from outside its host, so that lists and inboxes know it without asking."""

import getpass
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread

from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.session import Attach
from mogplex_contracts.envelope import Operator
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from mogplex_contracts.state.summary import run_summary
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.journal.checkpoint import load_state
from mogplex_daemon.runs.connection import Unreachable, connect_host
from mogplex_daemon.runs.metadata import load_metadata

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
WATCHER = Operator(client_id=new_id("cli"), label=f"{getpass.getuser()} (daemon)")


class RunWatch:
    """One living run as the daemon sees it."""

    def __init__(self, folder: RunFolder, on_change: Callable[[], None]) -> None:
        """`on_change` is called when what a list shows of the run may have changed."""
        self.folder = folder
        self.state = RunState()
        """The run, once its host has told it."""
        self.ready = anyio.Event()
        """Set when the host was reached, or is known to be gone."""
        self.gone = anyio.Event()
        """Set by whoever closes the run, when its host has let go of it: what is left to do may take a while."""
        self.closed = anyio.Event()
        """Set by whoever closes the run, when its host is gone and its journal has an end."""
        self._on_change = on_change

    @property
    def socket(self) -> Path:
        """Where the host listens."""
        metadata = load_metadata(self.folder.metadata)
        return Path(metadata.socket) if metadata else self.folder.socket

    async def follow(self) -> bool:
        """Follow the run until its connection ends, mostly because its host has; whether there was one."""
        reached = False
        try:
            async with connect_host(self.socket, WATCHER) as host:
                reached = True
                await host.send(Attach(id=new_id("cmd"), run_id=self.folder.root.name, observe=True))
                while lines := await host.lines():
                    self._take(lines)
        except Unreachable:
            pass
        finally:
            self.ready.set()
        return reached

    async def follow_again(self) -> None:
        """Try to follow a host that lives on without a connection, with growing pauses, until cancelled.

        Until it is reached, the run is shown as its journal tells it.
        """
        pause = FIRST_PAUSE_SECONDS
        while True:
            await anyio.sleep(pause)
            with suppress(OSError):
                self._show(await anyio.to_thread.run_sync(self._from_journal))
            pause = FIRST_PAUSE_SECONDS if await self.follow() else min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _from_journal(self) -> RunState:
        return load_state(self.folder.journal, self.folder.checkpoint)[0]

    def _take(self, lines: list[bytes]) -> None:
        state = self.state
        for line in lines:
            with suppress(InvalidLine):  # A host of another version: what is not understood is not shown.
                state = reduce(state, decode_event(line))
        self._show(state)

    def _show(self, state: RunState) -> None:
        before, self.state = run_summary(self.state), state
        if state.run_id:
            self.ready.set()
        if run_summary(state) != before:
            self._on_change()
