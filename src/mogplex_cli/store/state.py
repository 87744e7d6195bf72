"""Everything the cockpit shows: the state of the run, and facts of the cockpit itself beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from mogplex_cli.custom_commands.registry import EMPTY, CommandRegistry
from mogplex_cli.store.timeline_view import TimelineView
from mogplex_contracts.state import RunState
from mogplex_contracts.vocabulary import ConnectionHealth, PermissionMode
from mogplex_daemon.home.settings_environ import Theme

if TYPE_CHECKING:
    # Nothing of these is in a first state.
    from mogplex_cli.store.away import Seen
    from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory, WholeFile
    from mogplex_cli.store.remembering import Remembering
    from mogplex_cli.store.signing_in import SigningIn
    from mogplex_contracts.events import Event
    from mogplex_contracts.events.link import RunSummary
    from mogplex_contracts.permissions import PermissionLayers

DrawerName = Literal[
    "approval",
    "inbox",
    "runs",
    "entry",
    "permissions",
    "palette",
    "keys",
    "login",
    "sign_in",
    "export",
    "agent",
    "cost",
    "model",
    "mcp",
    "memory",
    "diff",
    "jump",
]
ThemeName = Theme
Tone = Literal["info", "warning", "error"]


class FoundAgent(NamedTuple):
    """The program of another agent on this machine."""

    program: str
    name: str
    path: str
    harness: str
    """What `--harness` takes to drive it."""


class FoundKey(NamedTuple):
    """A provider's key in the environment; never the key itself."""

    provider: str
    variable: str
    model: str = ""
    """The model of a run that names none, as `provider/model`; empty when one must be named."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What one could work as, as far as this machine tells."""

    agents: tuple[FoundAgent, ...] = ()
    keys: tuple[FoundKey, ...] = ()
    account_trouble: str = ""
    """Why nobody can sign in to Mogplex itself here; empty when one can."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is known before and beside any run."""

    session_id: str = ""
    """Names the session log, `ses_…`."""
    cwd: str = ""
    """The workspace a new run would get."""
    root: str = ""
    """The top folder of its repository; the workspace itself outside of one."""
    repo: str = ""
    """Its slug."""
    branch: str | None = None
    """Branch checked out; None without git."""
    dirty: bool | None = None
    """Whether there are uncommitted changes; None without git."""
    harness: str = ""
    """What a new run would be driven by; empty while that is not chosen."""
    sign_in: SignIn = SignIn()
    """What could be chosen at /login."""
    model: str | None = None
    """What it would use; None when the harness decides."""
    permission_mode: PermissionMode = "approval"
    """The mode the next run gets."""
    mode_chosen: bool = False
    """Whether a person chose it in this session; else it is what the permission files say."""
    problems: tuple[str, ...] = ()
    """What is wrong with the files read at start, a line each: they stay on screen until mended."""
    dead_denies: int = 0
    """How many deny rules can have no effect."""
    observe: bool = False
    """Whether runs are only watched: nothing here may change one."""
    no_colour: bool = False
    """Whether NO_COLOR is set: then nothing is coloured, whatever the theme."""
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """How a person's own key for an action reads, by the action's name; the others have their default."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The transport's condition."""

    transport: str = ""
    """process, daemon or stdio."""
    health: ConnectionHealth = "nominal"
    reason: str = ""
    """Why it is not nominal, for people."""
    since: float = 0.0
    """When it ceased to be nominal, seconds since 1970; 0 while it is, or before the clock ran."""
    times: int = 0
    """How often it became nominal: each time is another connection, which must be asked anew."""


class Drawer(NamedTuple):
    """The drawer that is open."""

    name: DrawerName
    argument: str = ""
    """What it is about: the index of a timeline entry, an approval to begin with, a text to show."""
    run_id: str = ""
    """The run it is about, when that is not the one that is shown."""
    surfaced: bool = False
    """Whether it opened by itself: then it must not take the focus from a line being typed."""


class Notice(NamedTuple):
    """The last thing the cockpit has to say to the person, shown above the composer."""

    text: str
    tone: Tone = "info"
    at: str = ""
    """A timestamp that stands in the text, ISO 8601: people read it as the time of their clock."""


class FoundFiles(NamedTuple):
    """Files of the workspace, for the composer to offer."""

    query: str = ""
    """The letters that were looked for."""
    paths: tuple[str, ...] = ()
    """The best first."""


NO_FILES = FoundFiles()


@dataclass(frozen=True, slots=True)
class Composer:
    """What the composer is told from outside; the text being typed is the widget's own."""

    error: str = ""
    """Why the last line was not sent."""
    empty: bool = True
    """Whether nothing is typed: a drawer may take the focus only then."""
    history: tuple[str, ...] = ()
    """Lines sent before, oldest first."""
    history_read: bool = False
    """Whether those of earlier sessions are among them."""
    files: FoundFiles = NO_FILES
    """What was found for the file that is being named."""


class Decided(NamedTuple):
    """A decision that was sent and is not confirmed yet."""

    command_id: str
    decision: Literal["approve", "reject"]


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier place of the run, which is shown in place of the newest."""

    base: RunState
    """The run before the first of `events`."""
    events: "tuple[Event, ...]"
    """What happened around the place; moving about among them needs no one to be asked."""
    run: RunState
    """The run at the place."""

    @property
    def seq(self) -> int:
        """The place: the last event that is shown."""
        return self.run.last_seq


@dataclass(frozen=True, slots=True)
class Export:
    """How it stands with the last export of this session."""

    what: str = ""
    """Format and scope, in words; empty before any was asked for."""
    path: str = ""
    """Where it is; empty while it is being written, and when it failed."""
    facts: str = ""
    """How big it is."""
    error: str = ""
    """Why there is none."""


@dataclass(frozen=True, slots=True)
class Step:
    """Whether the run as it is shown is the run as its host has it, by comparing digests of both."""

    seq: int = 0
    """The last event at which they were equal; 0 before any was compared."""
    differs_at: int = 0
    """The event at which they were first found to differ; 0 while they do not."""
    suspect: str = ""
    """The first event after the last at which they were equal, `@12 tool_started`: no earlier one can differ."""


@dataclass(frozen=True, slots=True)
class CockpitState:
    """The one state."""

    theme: ThemeName = "dark"
    """The colours of the screen."""

    run: RunState = field(default_factory=RunState.blank)
    """The run that is shown; its `run_id` is empty when there is none."""
    session: Session = field(default_factory=Session)
    connection: Connection = field(default_factory=Connection)
    drawer: Drawer | None = None
    notice: Notice | None = None
    composer: Composer = field(default_factory=Composer)
    deciding: dict[str, Decided] = field(default_factory=dict[str, Decided])
    """Optimistic decisions by approval id."""
    starting: str = ""
    """Id of the run being started or attached to, until its first event. The one before is shown until then."""
    runs: "tuple[RunSummary, ...] | None" = None
    """Every run the daemon knows, newest first; None while no daemon has told."""
    seen: "dict[str, Seen]" = field(default_factory=dict[str, "Seen"])
    """How far this person has seen runs that were left, by run id."""
    catching_up: bool = False
    """Whether the link was lost, and what happened meanwhile is not all there yet."""
    step: Step = field(default_factory=Step)
    past: Past | None = None
    """The earlier place of the run that is shown; None while it is the newest."""
    export: Export = field(default_factory=Export)
    view: TimelineView = field(default_factory=TimelineView)
    """How the person looks at the timeline."""
    mouse: bool = True
    """Whether the mouse is the cockpit's; else it is the terminal's, to select text with."""
    now: float = 0.0
    """Seconds since 1970, as of the last tick of the cockpit's clock; it ticks only while a run is active."""
    trouble: str = ""
    """Why the run's journal cannot be written now, as its host told; empty when it can."""
    commands: CommandRegistry = EMPTY
    """The custom commands in force."""
    models: "ModelCatalog | None" = None
    """The model catalog as it was last read; None before."""
    memory: "RepositoryMemory | None" = None
    """A repository's memory as it was last read; None before."""
    remembering: "Remembering | None" = None
    """The rules offered for an approval, while one is being chosen; None otherwise."""
    permissions: "PermissionLayers | None" = None
    """What the permission files said when they were last read; None before."""
    permission_problems: tuple[str, ...] = ()
    """What was wrong with them, a line each."""
    whole_file: "WholeFile | None" = None
    """The file that is shown around its hunks; None for none."""
    signing_in: "SigningIn | None" = None
    """How the sign-in to the Mogplex account goes; None while there is none."""
    alert_turn: int = 0
    """How often the person asked for the next alert since the last approval came in."""
