"""The state of one run: everything the cockpit shows of it, bounded in size however long the run is."""

from pydantic import Field

from mogplex_contracts.base import Wire
from mogplex_contracts.events.run import Limits
from mogplex_contracts.state.agent import Agent
from mogplex_contracts.state.approval import Approvals
from mogplex_contracts.state.mcp import McpServer
from mogplex_contracts.state.memory import Memory
from mogplex_contracts.state.message import Live
from mogplex_contracts.state.patch import Changes, Patch
from mogplex_contracts.state.timeline import Timeline
from mogplex_contracts.state.tool import OpenCall
from mogplex_contracts.state.usage import Usage
from mogplex_contracts.vocabulary import PermissionMode, RunMode, RunStatus, SandboxLevel


class Workspace(Wire):
    """The working tree as last heard."""

    dirty: bool | None = None
    """Whether there are uncommitted changes; null without git, or before anyone looked."""
    added: int = 0
    """Files that are new or untracked."""
    modified: int = 0
    """Files that changed."""
    deleted: int = 0
    """Files that are gone."""


class RunState(Wire):
    """A run as its events left it. Made only by `reduce`."""

    run_id: str = ""
    """Id of the run; empty before its first event."""
    last_seq: int = 0
    """The last journaled event in here."""
    missing: int = 0
    """How many journaled events are known to be missing; 0 in a whole journal."""
    last_ts: str = ""
    """When the last event happened."""
    task: str = ""
    """What the person asked for."""
    cwd: str = ""
    """The workspace."""
    repo: str = ""
    """Repository slug."""
    branch: str | None = None
    """Branch checked out."""
    harness: str = ""
    """What drives the run."""
    capabilities: tuple[str, ...] | None = None
    """What that can do, see `Capability`; null when it did not say."""
    model: str | None = None
    """Model in use; null when unknown."""
    permission_mode: PermissionMode = "approval"
    """The mode the run was started with."""
    sandbox: SandboxLevel | None = None
    """How well its own commands are confined; null when it did not say."""
    limits: Limits = Limits.blank()
    """Ceilings in force."""
    status: RunStatus = "ready"
    """Where the run is in its life."""
    status_reason: str | None = None
    """Why, for programs."""
    status_message: str | None = None
    """Why, for people."""
    mode: RunMode = "idle"
    """What kind of work it does now."""
    started_at: str = ""
    """When it began."""
    ended_at: str = ""
    """When it ended; empty while it has not."""
    workspace: Workspace = Workspace.blank()
    """The working tree."""
    agents: dict[str, Agent] = {}
    """By id, in order of appearance."""
    calls: dict[str, OpenCall] = {}
    """Tool calls in flight, by id."""
    approvals: Approvals = Approvals.blank()
    """Decisions that wait, and those that ended."""
    patches: dict[str, Patch] = {}
    """The newest patches, by id, in the order they were proposed."""
    changes: Changes = Changes.blank()
    """What it has changed in the workspace, by whatever means."""
    mcp: dict[str, McpServer] = {}
    """By server name."""
    memory: Memory = Memory.blank()
    """Context and memory."""
    usage: Usage = Usage.blank()
    """Tokens and money."""
    errors: int = 0
    """How many errors there were."""
    timeline: Timeline = Timeline.blank()
    """What happened."""
    live: Live = Field(default=Live.blank(), exclude=True)
    """What is being written right now; in no checkpoint and no digest."""
