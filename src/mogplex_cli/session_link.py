"""The link the cockpit is given: the pump, and beside it a look at the workspace before any run tells of it."""

from dataclasses import replace
from pathlib import Path

import anyio

from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import SessionDescribed
from mogplex_cli.transport.pump import Pump
from mogplex_cli.workspace import look_at
from mogplex_contracts.commands import Command


class SessionLink:
    """Runs until it is cancelled."""

    def __init__(self, pump: Pump, store: Store, cwd: Path) -> None:
        self._pump = pump
        self._store = store
        self._cwd = cwd

    async def run(self) -> None:
        """Bring events into the store, and say once what the workspace is like."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._describe)
            await self._pump.run()

    async def send(self, command: Command) -> None:
        """Send a command; raises TransportFailed."""
        await self._pump.send(command)

    async def _describe(self) -> None:
        tree = await look_at(self._cwd)
        if tree is not None:
            session = replace(self._store.state.session, branch=tree.branch, dirty=tree.dirty)
            self._store.apply([SessionDescribed(session)])
