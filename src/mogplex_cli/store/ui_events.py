"""Facts of the cockpit only: reduced like events, never journaled."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mogplex_cli.custom_commands.registry import CommandRegistry
from mogplex_cli.store.journal_look import LookFor
from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory, WholeFile
from mogplex_cli.store.remembering import Remembering
from mogplex_cli.store.state import DrawerName, Export, Session, ThemeName, Tone
from mogplex_cli.store.timeline_filter import Filter
from mogplex_contracts.entry_query import EntryQuery
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import Found
from mogplex_contracts.permissions import PermissionLayers
from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import Timeline
from mogplex_contracts.vocabulary import ConnectionHealth, PermissionMode


@dataclass(frozen=True, slots=True)
class SessionDescribed:
    """What is known of the place the cockpit was opened in."""

    session: Session


@dataclass(frozen=True, slots=True)
class PermissionModeChosen:
    """The person chose the mode of the next run."""

    mode: PermissionMode


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The transport's condition changed."""

    transport: str
    health: ConnectionHealth
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DrawerOpened:
    """A drawer opened in place of whichever was open."""

    name: DrawerName
    argument: str = ""


@dataclass(frozen=True, slots=True)
class DrawerClosed:
    """No drawer is open any more."""


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """The cockpit has something to say."""

    text: str
    tone: Tone = "info"


@dataclass(frozen=True, slots=True)
class NoticeCleared:
    """It has nothing to say any more."""


@dataclass(frozen=True, slots=True)
class ComposerRefused:
    """A line was not sent, and why."""

    error: str


@dataclass(frozen=True, slots=True)
class ComposerEdited:
    """The composer's text changed between empty and not."""

    empty: bool


@dataclass(frozen=True, slots=True)
class LineSent:
    """A line left the composer."""

    line: str


@dataclass(frozen=True, slots=True)
class RunRequested:
    """A new run was asked for. A run that works is shown until the new one speaks."""

    run_id: str


@dataclass(frozen=True, slots=True)
class AttachRequested:
    """Another run, or the same one anew, was asked for. The one on screen is shown until it speaks."""

    run_id: str


@dataclass(frozen=True, slots=True)
class RunNotStarted:
    """The run that was asked for did not come to be, or cannot be attached to."""

    run_id: str
    message: str


@dataclass(frozen=True, slots=True)
class DecisionSent:
    """Approvals were decided here; the host has yet to confirm."""

    command_id: str
    approval_ids: tuple[str, ...]
    decision: Literal["approve", "reject"]


@dataclass(frozen=True, slots=True)
class DecisionNotSent:
    """A decision could not be sent; what it was about waits as before."""

    command_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClockTicked:
    """A second has passed in which something shown depends on the time."""

    now: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class AlertTurned:
    """The person asked for the next alert."""


@dataclass(frozen=True, slots=True)
class FilesFound:
    """Files were looked for by some of their letters."""

    query: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryLoaded:
    """Lines sent in earlier sessions, oldest first."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommandsLoaded:
    """The custom commands were read, at first or again."""

    commands: CommandRegistry


@dataclass(frozen=True, slots=True)
class ModelsRead:
    """The model catalog was read."""

    catalog: ModelCatalog


@dataclass(frozen=True, slots=True)
class ModelChosen:
    """The person chose the model of the next run."""

    model: str


@dataclass(frozen=True, slots=True)
class RepositoryMemoryRead:
    """A repository's memory was read."""

    memory: RepositoryMemory


@dataclass(frozen=True, slots=True)
class HarnessChosen:
    """The person chose what drives the next runs."""

    harness: str
    model: str = ""
    """The model it brings along; empty when it brings none."""


@dataclass(frozen=True, slots=True)
class ThemeChosen:
    """The person chose other colours."""

    theme: ThemeName


@dataclass(frozen=True, slots=True)
class PastOpened:
    """An earlier part of the run was looked up, to be shown at one place in it."""

    base: RunState
    """The run before the first of the events."""
    events: tuple[Event, ...]
    at_seq: int


@dataclass(frozen=True, slots=True)
class PastMoved:
    """The place that is shown changed within the part that was looked up."""

    at_seq: int


@dataclass(frozen=True, slots=True)
class PastLeft:
    """The newest is shown again."""


@dataclass(frozen=True, slots=True)
class ExportTold:
    """How it stands with an export."""

    export: Export


@dataclass(frozen=True, slots=True)
class RulesOffered:
    """A rule is to be made of an approval: these are offered; None when no longer."""

    remembering: Remembering | None


@dataclass(frozen=True, slots=True)
class PermissionsRead:
    """The permission files were read."""

    layers: PermissionLayers
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WholeFileRead:
    """A file was read to be shown around its hunks; None when it is no longer."""

    file: WholeFile | None


@dataclass(frozen=True, slots=True)
class TimelineFiltered:
    """Only some entries are to be shown, or all again."""

    filter: Filter


@dataclass(frozen=True, slots=True)
class TimelineSearched:
    """Something is looked for in the timeline; empty for nothing any more."""

    text: str


@dataclass(frozen=True, slots=True)
class TimelinePointed:
    """One entry is to be shown."""

    index: int


@dataclass(frozen=True, slots=True)
class OlderAsked:
    """Entries that had left the window were asked for."""


@dataclass(frozen=True, slots=True)
class OlderTold:
    """They came, or did not: then `timeline` is None."""

    run_id: str
    timeline: Timeline | None = None


@dataclass(frozen=True, slots=True)
class JournalLookBegan:
    """The journal is looked through for entries that are not at hand."""

    what: LookFor
    query: EntryQuery


@dataclass(frozen=True, slots=True)
class JournalLooked:
    """A step of it was answered."""

    run_id: str
    what: LookFor
    turn: int
    step: Found


@dataclass(frozen=True, slots=True)
class JournalLookStopped:
    """It goes on no more: it is done, or the person stopped it."""

    what: LookFor


@dataclass(frozen=True, slots=True)
class MouseGiven:
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
