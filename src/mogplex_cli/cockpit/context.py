"""The cockpit as an action sees it."""

from collections.abc import Callable

import anyio
import anyio.to_thread

from mogplex_cli.account.door import AccountDoor
from mogplex_cli.actions.base import FocusTarget
from mogplex_cli.cockpit.options import CockpitOptions
from mogplex_cli.cockpit.outside import Outside
from mogplex_cli.cockpit.screen import CockpitScreen
from mogplex_cli.export.request import Exported, ExportRequest
from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory, WholeFile
from mogplex_cli.store.selectors.diff import diff_workspace
from mogplex_cli.store.selectors.past import at_shown_place
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import UiEvent
from mogplex_cli.transcript import transcript
from mogplex_cli.transport.base import Answer, Link, LookBack
from mogplex_cli.whole_file import read_whole_file
from mogplex_contracts.commands import Command
from mogplex_daemon.home.permission_files import LoadedPermissions


class CockpitContext:
    """Implements ActionContext over the store, the link and the screen."""

    def __init__(
        self,
        store: Store,
        link: Link,
        screen: CockpitScreen,
        options: CockpitOptions,
        outside: Outside,
        leave: Callable[[], None],
    ) -> None:
        self._store = store
        self._link = link
        self._screen = screen
        self._options = options
        self._outside = outside
        self._leave = leave
        self._sending = anyio.Lock()

    @property
    def state(self) -> CockpitState:
        """The one state, now."""
        return self._store.state

    def apply(self, *events: UiEvent) -> None:
        """Reduce facts of the cockpit."""
        self._store.apply(events)

    async def send(self, command: Command) -> None:
        """Send a command, after those sent before; raises TransportFailed when it cannot be sent."""
        async with self._sending:
            await self._link.send(command)
        self._options.log("command_sent", type=command.type, command_id=command.id, run_id=command.run_id)

    async def ask(self, command: LookBack) -> Answer:
        """Ask for older events or an older state; raises TransportFailed, saying why there is no answer."""
        return await self._link.ask(command)

    async def export(self, request: ExportRequest) -> Exported:
        """Write what is shown to a file; raises TransportFailed, or OSError when it cannot be written."""
        return await self._options.export(self._link.ask, at_shown_place(self.state).run, request)

    async def copy(self, text: str) -> str | None:
        """Put text on the clipboard; what to say about it, or None when that cannot be done here."""
        return await self._outside.copy(text)

    async def save_copy(self, text: str) -> str:
        """Write text to a file of the run that is shown; its path. Raises OSError."""
        return await anyio.to_thread.run_sync(self._options.save_copy, self.state.run.run_id, text)

    async def print_transcript(self, state: CockpitState) -> bool:
        """Print the timeline as text, and come back when the person says so; False where there is no screen."""
        printed = await self._outside.print_and_wait(transcript(state, self._options.zone))
        if printed and not self.state.mouse:
            self._outside.give_mouse(False)
        return printed

    async def quit(self) -> None:
        """Leave the cockpit cleanly."""
        self._leave()

    def focus(self, target: FocusTarget) -> None:
        """Move the keys to a part of the screen."""
        self._screen.move_focus(target)

    def write_composer(self, text: str) -> None:
        """Replace what is typed; empty clears it."""
        self._screen.composer.write(text)

    def give_back(self, text: str) -> None:
        """Put a line that was not sent back into the composer."""
        self._screen.composer.give_back(text)

    def add_to_composer(self, text: str) -> None:
        """Put text behind what is typed."""
        typed = self._screen.composer.text
        gap = "" if not typed or typed[-1].isspace() else " "
        self._screen.composer.write(f"{typed}{gap}{text}")

    def composer_is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self._screen.composer.text

    async def read_models(self) -> ModelCatalog:
        """The models there are to choose from."""
        return await anyio.to_thread.run_sync(self._options.read_models)

    async def read_memory(self, repo: str) -> RepositoryMemory:
        """What is remembered of a repository."""
        return await self._options.read_memory(repo)

    def explain_permissions(self) -> str:
        """The permission state in force, as text."""
        return self._options.explain_permissions()

    def read_permissions(self, repo: str) -> LoadedPermissions:
        """What the permission files of a repository, named by its slug, say now."""
        return self._options.read_permissions(repo)

    async def read_file(self, path: str) -> WholeFile:
        """A file of the workspace of the run whose diffs are shown; never raises."""
        return await anyio.to_thread.run_sync(read_whole_file, diff_workspace(self.state), path)

    async def log_out(self) -> str:
        """Clear the stored Mogplex token, and say in a line what is so now."""
        return await anyio.to_thread.run_sync(self._options.log_out)

    @property
    def account(self) -> AccountDoor:
        """The Mogplex account of this session."""
        return self._options.account()
