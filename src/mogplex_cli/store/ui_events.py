"""Facts of the cockpit only: reduced like events, never journaled.

Named tuples, because so many of them are made before the first picture: a frozen dataclass takes five times as long.
"""

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mogplex_cli.custom_commands.registry import CommandRegistry
from mogplex_cli.store.journal_look import LookFor
from mogplex_cli.store.state import DrawerName, Export, Session, ThemeName, Tone
from mogplex_cli.store.timeline_filter import Filter
from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import Timeline
from mogplex_contracts.vocabulary import ConnectionHealth, PermissionMode

if TYPE_CHECKING:
    from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory, WholeFile
    from mogplex_cli.store.remembering import Remembering
    from mogplex_cli.store.signing_in import SigningIn
    from mogplex_contracts.entry_query import EntryQuery
    from mogplex_contracts.events import Event
    from mogplex_contracts.events.link import Found
    from mogplex_contracts.permissions import PermissionLayers


class SessionDescribed(NamedTuple):
    """What is known of the place the cockpit was opened in."""

    session: Session


class PermissionModeChosen(NamedTuple):
    """The person chose the mode of the next run."""

    mode: PermissionMode


class ConnectionChanged(NamedTuple):
    """The transport's condition changed."""

    transport: str
    health: ConnectionHealth
    reason: str = ""


class DrawerOpened(NamedTuple):
    """A drawer opened in place of whichever was open."""

    name: DrawerName
    argument: str = ""
    run_id: str = ""
    """The run it is about, when that is not the one that is shown."""


class DrawerClosed(NamedTuple):
    """No drawer is open any more."""


class NoticeShown(NamedTuple):
    """The cockpit has something to say."""

    text: str
    tone: Tone = "info"


class NoticeCleared(NamedTuple):
    """It has nothing to say any more."""


class ComposerRefused(NamedTuple):
    """A line was not sent, and why."""

    error: str


class ComposerEdited(NamedTuple):
    """The composer's text changed between empty and not."""

    empty: bool


class LineSent(NamedTuple):
    """A line left the composer."""

    line: str


class RunRequested(NamedTuple):
    """A new run was asked for. A run that works is shown until the new one speaks."""

    run_id: str


class AttachRequested(NamedTuple):
    """Another run, or the same one anew, was asked for. The one on screen is shown until it speaks."""

    run_id: str


class RunNotStarted(NamedTuple):
    """The run that was asked for did not come to be, or cannot be attached to."""

    run_id: str
    message: str


class DecisionSent(NamedTuple):
    """Approvals were decided here; the host has yet to confirm."""

    command_id: str
    approval_ids: tuple[str, ...]
    decision: Literal["approve", "reject"]


class DecisionNotSent(NamedTuple):
    """A decision could not be sent; what it was about waits as before."""

    command_id: str
    reason: str


class ClockTicked(NamedTuple):
    """A second has passed in which something shown depends on the time."""

    now: float
    """Seconds since 1970."""


class AlertTurned(NamedTuple):
    """The person asked for the next alert."""


class FilesFound(NamedTuple):
    """Files were looked for by some of their letters."""

    query: str
    paths: tuple[str, ...]


class HistoryLoaded(NamedTuple):
    """Lines sent in earlier sessions, oldest first."""

    lines: tuple[str, ...]


class CommandsLoaded(NamedTuple):
    """The custom commands were read, at first or again."""

    commands: CommandRegistry


class ModelsRead(NamedTuple):
    """The model catalog was read."""

    catalog: "ModelCatalog"


class ModelChosen(NamedTuple):
    """The person chose the model of the next run."""

    model: str


class RepositoryMemoryRead(NamedTuple):
    """A repository's memory was read."""

    memory: "RepositoryMemory"


class HarnessChosen(NamedTuple):
    """The person chose what drives the next runs."""

    harness: str
    model: str = ""
    """The model it brings along; empty when it brings none."""


class SignInTold(NamedTuple):
    """How the sign-in to the Mogplex account goes; None when it is over."""

    signing_in: "SigningIn | None"


class ThemeChosen(NamedTuple):
    """The person chose other colours."""

    theme: ThemeName


class PastOpened(NamedTuple):
    """An earlier part of the run was looked up, to be shown at one place in it."""

    base: RunState
    """The run before the first of the events."""
    events: "tuple[Event, ...]"
    at_seq: int


class PastMoved(NamedTuple):
    """The place that is shown changed within the part that was looked up."""

    at_seq: int


class PastLeft(NamedTuple):
    """The newest is shown again."""


class ExportTold(NamedTuple):
    """How it stands with an export."""

    export: Export


class RulesOffered(NamedTuple):
    """A rule is to be made of an approval: these are offered; None when no longer."""

    remembering: "Remembering | None"


class PermissionsRead(NamedTuple):
    """The permission files were read."""

    layers: "PermissionLayers"
    problems: tuple[str, ...] = ()


class WholeFileRead(NamedTuple):
    """A file was read to be shown around its hunks; None when it is no longer."""

    file: "WholeFile | None"


class TimelineFiltered(NamedTuple):
    """Only some entries are to be shown, or all again."""

    filter: Filter


class TimelineSearched(NamedTuple):
    """Something is looked for in the timeline; empty for nothing any more."""

    text: str


class TimelinePointed(NamedTuple):
    """One entry is to be shown."""

    entry: int


class OlderAsked(NamedTuple):
    """Entries that had left the window were asked for."""


class OlderTold(NamedTuple):
    """They came, or did not: then `timeline` is None."""

    run_id: str
    timeline: Timeline | None = None


class JournalLookBegan(NamedTuple):
    """The journal is looked through for entries that are not at hand."""

    what: LookFor
    query: "EntryQuery"


class JournalLooked(NamedTuple):
    """A step of it was answered."""

    run_id: str
    what: LookFor
    turn: int
    step: "Found"


class JournalLookStopped(NamedTuple):
    """It goes on no more: it is done, or the person stopped it."""

    what: LookFor


class MouseGiven(NamedTuple):
    """The mouse is the cockpit's, or the terminal's."""

    to_cockpit: bool


UiEvent: TypeAlias = (
    SessionDescribed
    | PermissionModeChosen
    | ConnectionChanged
    | DrawerOpened
    | DrawerClosed
    | NoticeShown
    | NoticeCleared
    | ComposerRefused
    | ComposerEdited
    | LineSent
    | RunRequested
    | AttachRequested
    | RunNotStarted
    | DecisionSent
    | DecisionNotSent
    | ClockTicked
    | AlertTurned
    | FilesFound
    | HistoryLoaded
    | CommandsLoaded
    | ModelsRead
    | ModelChosen
    | RepositoryMemoryRead
    | ThemeChosen
    | HarnessChosen
    | SignInTold
    | PastOpened
    | PastMoved
    | PastLeft
    | ExportTold
    | RulesOffered
    | PermissionsRead
    | WholeFileRead
    | TimelineFiltered
    | TimelineSearched
    | TimelinePointed
    | OlderAsked
    | OlderTold
    | JournalLookBegan
    | JournalLooked
    | JournalLookStopped
    | MouseGiven
)
