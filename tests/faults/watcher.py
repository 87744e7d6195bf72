"""A cockpit without a screen: the real transport, pump and store; its words are those the panels would draw."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio

from mogplex_cli.store.selectors.alerts import select_alerts
from mogplex_cli.store.selectors.header import select_header
from mogplex_cli.store.state import CockpitState, Connection
from mogplex_cli.store.store import Store
from mogplex_cli.transport.daemon import DaemonTransport
from mogplex_cli.transport.pump import Pump
from mogplex_contracts.commands.run import RunMessage
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_daemon.home.paths import Home
from tests.support.run_host import PATIENCE_SECONDS


class Watcher:
    """Follows a run over the daemon, and remembers everything it would have shown."""

    def __init__(self, home: Home, run_id: str | None) -> None:
        self._home = home
        hello = Hello(id=new_id("cmd"), protocol=PROTOCOL, client_id=new_id("cli"), label="ada")
        self.store = Store(CockpitState(connection=Connection("daemon", "connecting"), starting=run_id or ""))
        transport = DaemonTransport(hello, lambda: home.daemon_socket, run_id, observe=False, start=True)
        self.pump = Pump(transport, self.store, lambda event, **fields: None)
        self.shown: list[str] = []
        """Every picture in words, oldest first."""
        self._changed = anyio.Event()
        self.store.subscribe(lambda state: state, self._show)

    @property
    def state(self) -> CockpitState:
        """What it shows now."""
        return self.store.state

    @property
    def words(self) -> str:
        """The same as words."""
        return self._words(self.state)

    async def until(self, there: Callable[[CockpitState], object]) -> None:
        """Wait until the state satisfies a test."""
        with anyio.fail_after(PATIENCE_SECONDS):
            while not there(self.state):
                await self._changed.wait()

    async def until_shown(self, part: str) -> None:
        """Wait until a text is among the words, or was since `forget`."""
        await self.until(lambda _: any(part in words for words in self.shown))

    async def nominal(self) -> None:
        """Wait until the run is shown, and found to be as its host has it."""
        await self.until(lambda state: state.connection.health == "nominal" and not state.starting)

    async def say(self, text: str) -> None:
        """Say something to the agents."""
        await self.pump.send(RunMessage(id=new_id("cmd"), text=text))

    async def until_said(self, text: str) -> None:
        """Wait until what was said stands in the timeline."""
        await self.until(lambda state: any(text == entry.subject for entry in state.run.timeline.entries()))

    def forget(self) -> None:
        """Remember only what is shown from now on."""
        self.shown = [self.words]

    def _show(self, state: CockpitState) -> None:
        words = self._words(state)
        if not self.shown or self.shown[-1] != words:
            self.shown.append(words)
        changed, self._changed = self._changed, anyio.Event()
        changed.set()

    def _words(self, state: CockpitState) -> str:
        header, alert = select_header(state), select_alerts(state).alert
        reason = f" ({state.run.status_reason})" if header.status in ("failed", "killed") else ""
        waits = ", approvals open" if state.drawer is not None and state.drawer.name == "approval" else ""
        told = f" · “{alert.text}”".replace(str(self._home.root), "~/.mogplex") if alert else ""
        return f"{header.health} · {header.status}{reason}{waits}{told}"


@asynccontextmanager
async def watching(home: Home, run_id: str | None) -> AsyncIterator[Watcher]:
    """A watcher that shows the run, or, without one, that the daemon is there."""
    watcher = Watcher(home, run_id)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watcher.pump.run)
        await watcher.nominal()
        yield watcher
        tasks.cancel_scope.cancel()
