"""The link the cockpit is given: the pump, and beside it what is read of the workspace."""

from dataclasses import replace

import anyio

from mogplex_cli.account.session import AccountSession
from mogplex_cli.command_sources import command_sources
from mogplex_cli.composer_history import ComposerHistory
from mogplex_cli.custom_commands.registry import CommandRegistry
from mogplex_cli.custom_commands.watch import follow_commands
from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import CommandsLoaded, HistoryLoaded, SessionDescribed
from mogplex_cli.terminal import Streams
from mogplex_cli.transport.base import Answer, LookBack
from mogplex_cli.transport.pump import Pump
from mogplex_cli.transport.routes import ROUTES
from mogplex_cli.wiring import Wiring
from mogplex_contracts.commands import Command
from mogplex_daemon.home.working_tree import working_tree


class SessionLink:
    """Runs until it is cancelled."""

    def __init__(self, wiring: Wiring, streams: Streams, store: Store, account: AccountSession) -> None:
        self._pump = Pump(ROUTES[wiring.route.transport](wiring, streams), store, wiring.log)
        self._store = store
        self._wiring = wiring
        self._account = account

    async def run(self) -> None:
        """Bring events into the store, and say once what the workspace is like."""
        session, route = self._wiring.session, self._wiring.route
        self._wiring.log(
            "opened",
            transport=route.transport,
            reason=route.reason,
            cwd=session.cwd,
            harness=session.harness,
        )
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._describe)
            tasks.start_soon(self._keep_history)
            tasks.start_soon(follow_commands, command_sources(self._wiring), self._show_commands)
            tasks.start_soon(self._account.run)
            await self._pump.run()

    async def send(self, command: Command) -> None:
        """Send a command; raises TransportFailed."""
        await self._pump.send(command)

    async def _keep_history(self) -> None:
        wiring = self._wiring
        history = ComposerHistory(wiring.home.composer_history, wiring.redactor.text)
        loaded = await history.load()
        for line in self._store.state.composer.history:
            history.sent((line,))  # typed while the link was being made
        self._store.apply([HistoryLoaded(loaded)])
        forget = self._store.subscribe(lambda state: state.composer.history, history.sent)
        try:
            await history.keep()
        finally:
            forget()

    def _show_commands(self, commands: CommandRegistry) -> None:
        self._store.apply([CommandsLoaded(commands)])

    async def ask(self, command: LookBack) -> Answer:
        """Ask for older events or an older state; raises TransportFailed."""
        return await self._pump.ask(command)

    async def _describe(self) -> None:
        tree = await working_tree(self._wiring.cwd)
        if tree is not None:
            session = replace(self._store.state.session, branch=tree.branch, dirty=tree.dirty)
            self._store.apply([SessionDescribed(session)])
