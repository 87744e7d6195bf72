"""Follows a living run from outside its host, so that lists and inboxes know it without asking."""

import getpass
from collections.abc import Callable
from pathlib import Path

import anyio

from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.session import Attach
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.link import RunSummary
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.runs.connection import Unreachable, connect_host
from mogplex_daemon.runs.metadata import load_metadata

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
        self._on_change = on_change

    @property
    def socket(self) -> Path:
        """Where the host listens."""
        metadata = load_metadata(self.folder.metadata)
        return Path(metadata.socket) if metadata else self.folder.socket

    async def follow(self) -> None:
        """Follow the run until its host is gone."""
        try:
            async with connect_host(self.socket, WATCHER) as host:
                await host.send(Attach(id=new_id("cmd"), run_id=self.folder.root.name, observe=True))
                while lines := await host.lines():
                    self._take(lines)
        except Unreachable:
            return
        finally:
            self.ready.set()

    def _take(self, lines: list[bytes]) -> None:
        before = summary(self.state)
        for line in lines:
            self.state = reduce(self.state, decode_event(line))
        if self.state.run_id:
            self.ready.set()
        if summary(self.state) != before:
            self._on_change()


def summary(state: RunState) -> RunSummary:
    """The run as it stands in a list."""
    return RunSummary(
        run_id=state.run_id,
        status=state.status,
        task=state.task,
        repo=state.repo,
        cwd=state.cwd,
        harness=state.harness,
        model=state.model,
        started_at=state.started_at,
        ended_at=state.ended_at,
        cost_usd=state.usage.total.cost_usd,
        waiting=tuple(pending.request for pending in state.approvals.pending.values()),
    )
