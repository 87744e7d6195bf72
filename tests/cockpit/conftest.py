import asyncio
from collections.abc import Awaitable, Callable, Sized
from dataclasses import fields
from datetime import UTC
from typing import Any

import anyio
import anyio.to_thread
import pytest
import textual.app
import textual.pilot

from mogplex_cli.cockpit.app import CockpitOptions, MogplexApp
from mogplex_cli.path_ranking import best_paths
from mogplex_cli.store.store import Store
from mogplex_cli.transport.base import Answer, LookBack, TransportFailed
from mogplex_contracts.commands import Command
from mogplex_daemon.home.archive import Archive

from . import scenes

QUIET_TURNS, MOST_TURNS = 3, 10_000
"""So many turns of the event loop in which nothing was ready; so many when there always is something."""
OPTIONS = frozenset(field.name for field in fields(CockpitOptions))
"""What is an option of the cockpit; all else describes its store."""


class ScriptedLink:
    """Keeps what was sent; says nothing by itself."""

    def __init__(self) -> None:
        self.sent: list[Command] = []
        self.broken = ""
        self.archive: Archive | None = None
        self.asked: list[LookBack] = []
        self.answers: anyio.Event | None = None
        """Questions are answered only when it is set; None: at once."""

    async def run(self) -> None:
        await anyio.sleep_forever()

    async def send(self, command: Command) -> None:
        if self.broken:
            raise TransportFailed(self.broken)
        self.sent.append(command)

    async def ask(self, command: LookBack) -> Answer:
        if self.archive is None:
            raise TransportFailed("nothing can be looked up on a scripted link")
        self.asked.append(command)
        if self.answers is not None:
            await self.answers.wait()
        return self.archive.answer(command)


class HandClock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


class Cockpit:
    """An app on a scripted link and a hand-driven clock."""

    def __init__(self, store: Store, permissions: str = "mode approval · default", **options: object) -> None:
        self.store = store
        self.link = ScriptedLink()
        self.clock = HandClock()
        self.late = 0.0
        """For how many seconds a key waits before it is handled."""
        self.stderr: list[str] = []
        self.logged: list[str] = []
        self.files: tuple[str, ...] = ()
        self.app = MogplexApp(
            store,
            self.link,
            CockpitOptions(
                explain_permissions=lambda: permissions,
                log_out=lambda: "signed out: the stored Mogplex token is gone",
                log=lambda event, **_: self.logged.append(event),
                soft_interrupt_stderr=self.stderr.append,
                find_files=self._find_files,
                log_path="/home/ada/.mogplex/logs/ses.jsonl",
                clock=lambda: scenes.START + 83,
                monotonic=self.clock,
                pressed=lambda event: self.clock() - self.late,
                animations=False,
                zone=UTC,
                **options,
            ),
        )

    async def _find_files(self, query: str) -> tuple[str, ...]:
        return best_paths(query, self.files)

    @property
    def sent(self) -> list[str]:
        return [command.type for command in self.link.sent]

    @property
    def typed(self) -> str:
        return self.app.screen.query_one("#editor").text


class Threads:
    """What is being done in threads: of that the event loop knows nothing."""

    def __init__(self, run_sync: Callable[..., Awaitable[Any]]) -> None:
        self._run_sync = run_sync
        self._working = 0
        self._ended = anyio.Event()

    async def run_sync(self, *work: Any, **how: Any) -> Any:
        """Stands in for anyio.to_thread.run_sync."""
        self._working += 1
        try:
            return await self._run_sync(*work, **how)
        finally:
            self._working -= 1
            ended, self._ended = self._ended, anyio.Event()
            ended.set()

    async def one_ended(self) -> bool:
        """Wait until one of them has ended; False when there is none."""
        if not self._working:
            return False
        await self._ended.wait()
        return True


@pytest.fixture(autouse=True)
def idle_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause of a pilot ends, and its next key is pressed, when there is nothing left to do.

    Textual takes a process that used no processor for 20 ms for idle. So it is when others have the processor.
    """
    wait = textual.pilot.wait_for_idle
    threads = Threads(anyio.to_thread.run_sync)

    async def wait_for_idle(*seconds: float) -> None:
        await wait(*seconds)
        await no_task_is_ready()
        while await threads.one_ended():
            await no_task_is_ready()

    monkeypatch.setattr(anyio.to_thread, "run_sync", threads.run_sync)
    for module in (textual.pilot, textual.app):
        monkeypatch.setattr(module, "wait_for_idle", wait_for_idle)


async def no_task_is_ready() -> None:
    ready: Sized = asyncio.get_running_loop()._ready
    quiet = 0
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1
        if quiet == QUIET_TURNS:
            return


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def cockpit() -> Callable[..., Cockpit]:
    def build(*parts: object, **how: object) -> Cockpit:
        events = scenes.scene(*parts) if parts else ()
        options = {name: how.pop(name) for name in OPTIONS if name in how}
        return Cockpit(scenes.store_of(events, **how), **options)

    return build
