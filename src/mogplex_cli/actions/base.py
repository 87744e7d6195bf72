"""What an action is, and what it may touch."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from mogplex_cli.account.door import AccountDoor
from mogplex_cli.export.request import Exported, ExportRequest
from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory, WholeFile
from mogplex_cli.store.selectors.facts import OBSERVING, lacks
from mogplex_cli.store.selectors.past import looks_back
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import UiEvent
from mogplex_cli.transport.base import Answer, LookBack
from mogplex_contracts.commands import Command
from mogplex_contracts.vocabulary import Capability
from mogplex_daemon.home.permission_files import LoadedPermissions

Category = Literal["command", "drawer", "control", "focus", "custom"]
FocusTarget = Literal["composer", "timeline", "agents", "drawer", "past", "find", "filter"]


class ActionContext(Protocol):
    """The cockpit as an action sees it."""

    @property
    def state(self) -> CockpitState:
        """The one state, now."""
        ...

    def apply(self, *events: UiEvent) -> None:
        """Reduce facts of the cockpit."""
        ...

    async def send(self, command: Command) -> None:
        """Send a command, after those sent before; raises TransportFailed when it cannot be sent."""
        ...

    async def ask(self, command: LookBack) -> Answer:
        """Ask for older events or an older state; raises TransportFailed, saying why there is no answer."""
        ...

    async def export(self, request: ExportRequest) -> Exported:
        """Write what is shown to a file; raises TransportFailed, or OSError when it cannot be written."""
        ...

    async def copy(self, text: str) -> str | None:
        """Put text on the clipboard; what to say about it, or None when that cannot be done here."""
        ...

    async def save_copy(self, text: str) -> str:
        """Write text to a file of the run that is shown; its path. Raises OSError."""
        ...

    async def print_transcript(self, state: CockpitState) -> bool:
        """Print the timeline as text, and come back when the person says so; False where there is no screen."""
        ...

    async def quit(self) -> None:
        """Leave the cockpit cleanly."""
        ...

    def focus(self, target: FocusTarget) -> None:
        """Move the keys to a part of the screen."""
        ...

    def write_composer(self, text: str) -> None:
        """Replace what is typed; empty clears it."""
        ...

    def give_back(self, text: str) -> None:
        """Put a line that was not sent back into the composer, before what was typed since."""
        ...

    def add_to_composer(self, text: str) -> None:
        """Put text behind what is typed."""
        ...

    def composer_is_empty(self) -> bool:
        """Whether nothing is typed."""
        ...

    async def read_models(self) -> ModelCatalog:
        """The models there are to choose from."""
        ...

    async def read_memory(self, repo: str) -> RepositoryMemory:
        """What is remembered of a repository."""
        ...

    def explain_permissions(self) -> str:
        """The permission state in force, as text: mode, rules, where each is from."""
        ...

    def read_permissions(self, repo: str) -> LoadedPermissions:
        """What the permission files of a repository, named by its slug, say now."""
        ...

    async def read_file(self, path: str) -> WholeFile:
        """A file of the run's workspace; never raises."""
        ...

    async def log_out(self) -> str:
        """Clear the stored Mogplex token, and say in a line what is so now."""
        ...

    @property
    def account(self) -> AccountDoor:
        """The Mogplex account of this session."""
        ...


def _always(_: CockpitState) -> str | None:
    return None


def _anything(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can ask the cockpit to do. Keys, slash commands and palette rows are doors to it."""

    name: str
    title: str
    """How the palette names it."""
    category: Category
    help: str
    """What it does, in a line."""
    run: Callable[[ActionContext, str], Awaitable[None]]
    """Does it, with the argument given. May raise TransportFailed."""
    slash: tuple[str, ...] = ()
    """Names it has as a slash command, without the slash; the first is the one shown."""
    argument: str = ""
    """What to write after the slash name, such as `<task>` or `[approval|auto]`; empty when it takes nothing."""
    unavailable: Callable[[CockpitState], str | None] = _always
    """Why it cannot be done now and what to do instead; None when it can."""
    check: Callable[[str], str | None] = _anything
    """What is wrong with an argument and how to write it; None when it is good."""
    in_palette: bool = True
    """False for those that only make sense from where they are asked."""
    steers: bool = False
    """Whether it changes runs: who only observes cannot do it."""
    needs: Capability | None = None
    """What the run that works must be able to do for it."""
    choices: tuple[tuple[str, str], ...] = ()
    """Words its argument may hold that `argument` does not list, each with what it means."""
    source: str = ""
    """Where it was found, of a custom command; empty for what is built in."""

    @property
    def needs_argument(self) -> bool:
        """Whether it cannot be run bare."""
        return self.argument.startswith("<")

    def refuse(self, state: CockpitState, argument: str) -> str | None:
        """Why this cannot be done now with this argument; None when it can."""
        if argument and not self.argument and self.slash:
            return f"/{self.slash[0]} takes nothing after it"
        return self.check(argument) or self.blocked(state)

    def blocked(self, state: CockpitState) -> str | None:
        """Why this cannot be done now, whatever the argument; None when it can."""
        if self.steers and state.session.observe:
            return OBSERVING
        lack = lacks(state, self.needs) if self.needs else None
        return (looks_back(state) if self.steers else None) or self.unavailable(state) or lack
