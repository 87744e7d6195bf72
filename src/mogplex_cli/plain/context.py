"""The cockpit as an action sees it, where there is no screen: nothing to focus, and no composer to write to."""

import errno
from collections.abc import Awaitable, Callable

import anyio.to_thread

from mogplex_cli.account.door import AccountDoor
from mogplex_cli.actions.base import FocusTarget
from mogplex_cli.export.request import Exported, ExportRequest
from mogplex_cli.model_catalog import read_catalog
from mogplex_cli.opening import Ask
from mogplex_cli.repository_memory import read_memory
from mogplex_cli.session_log import SessionLog
from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory, WholeFile
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import UiEvent
from mogplex_cli.transport.base import Answer, Link, LookBack
from mogplex_cli.whole_file import read_whole_file
from mogplex_contracts.commands import Command
from mogplex_contracts.state import RunState
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.permission_files import LoadedPermissions, load_layers


class PlainContext:
    """Implements ActionContext over the store and the link."""

    def __init__(
        self,
        store: Store,
        link: Link,
        log: SessionLog,
        explain_permissions: Callable[[], str],
        log_out: Callable[[], str],
        export: Callable[[Ask, RunState, ExportRequest], Awaitable[Exported]],
        leave: Callable[[], None],
        home: Home,
        account: AccountDoor,
    ) -> None:
        self._store = store
        self._link = link
        self._log = log
        self._explain_permissions = explain_permissions
        self._log_out = log_out
        self._export = export
        self._leave = leave
        self._home = home
        self._account = account

    @property
    def state(self) -> CockpitState:
        """The one state, now."""
        return self._store.state

    def apply(self, *events: UiEvent) -> None:
        """Reduce facts of the cockpit."""
        self._store.apply(events)

    async def send(self, command: Command) -> None:
        """Send a command; raises TransportFailed when it cannot be sent."""
        await self._link.send(command)
        self._log("command_sent", type=command.type, command_id=command.id, run_id=command.run_id)

    async def ask(self, command: LookBack) -> Answer:
        """Ask for older events or an older state; raises TransportFailed, saying why there is no answer."""
        return await self._link.ask(command)

    async def export(self, request: ExportRequest) -> Exported:
        """Write the run to a file; raises TransportFailed, or OSError when it cannot be written."""
        return await self._export(self._link.ask, self.state.run, request)

    async def copy(self, text: str) -> str | None:
        """There is no clipboard to be sure of: everything printed can be selected where it stands."""
        return None

    async def save_copy(self, text: str) -> str:
        """Nothing is copied here."""
        raise OSError(errno.ENOTSUP, "what is printed can be selected where it stands", "the clipboard")

    async def print_transcript(self, state: CockpitState) -> bool:
        """All of it is printed already."""
        return False

    async def quit(self) -> None:
        """Leave cleanly."""
        self._leave()

    def focus(self, target: FocusTarget) -> None:
        """There is nothing to focus."""

    def write_composer(self, text: str) -> None:
        """What was typed is on the screen already."""

    def give_back(self, text: str) -> None:
        """What was typed is on the screen already."""

    def add_to_composer(self, text: str) -> None:
        """There is no composer."""

    def composer_is_empty(self) -> bool:
        """Nothing is being typed that could be lost."""
        return True

    async def read_models(self) -> ModelCatalog:
        """The models there are to choose from."""
        return await anyio.to_thread.run_sync(read_catalog, self._home.models)

    async def read_memory(self, repo: str) -> RepositoryMemory:
        """What is remembered of a repository."""
        return await read_memory(self._home, repo)

    def explain_permissions(self) -> str:
        """The permission state in force, as text."""
        return self._explain_permissions()

    def read_permissions(self, repo: str) -> LoadedPermissions:
        """What the permission files of a repository, named by its slug, say now."""
        return load_layers(self._home.root, repo, None)

    async def read_file(self, path: str) -> WholeFile:
        """A file of the run's workspace; never raises."""
        return await anyio.to_thread.run_sync(read_whole_file, self.state.run.cwd, path)

    async def log_out(self) -> str:
        """Clear the stored Mogplex token, and say in a line what is so now."""
        return await anyio.to_thread.run_sync(self._log_out)

    @property
    def account(self) -> AccountDoor:
        """The Mogplex account of this session."""
        return self._account
