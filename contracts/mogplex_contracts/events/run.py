"""Life of a run: started, status, mode, and the workspace it works in."""

from typing import Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.vocabulary import PermissionMode, RunMode, RunStatus, SandboxLevel


class Limits(Wire):
    """Ceilings of a run; null means none."""

    max_cost_usd: float | None = None
    """Money, US dollars."""
    max_tokens: int | None = None
    """Input and output tokens together."""
    max_steps: int | None = None
    """Model calls."""
    warn_at: float = 0.8
    """Fraction of a limit at which a soft warning is raised, 0 to 1."""


class RunStarted(EventBase):
    """A run began. Always the first event of a journal."""

    type: Literal["run_started"] = "run_started"
    task: str
    """What the person asked for."""
    cwd: str
    """The workspace: an absolute path."""
    repo: str
    """Repository slug, `owner-name`, or the folder's name and a hash."""
    branch: str | None = None
    """Branch checked out at the start; null without git or on a detached head."""
    harness: str
    """Which harness drives the run, such as `demo`."""
    model: str | None = None
    """Model in use; null when the harness decides by itself."""
    permission_mode: PermissionMode
    """The mode the run keeps to its end."""
    limits: Limits = Limits.blank()
    """Ceilings in force."""
    allowed_tools: tuple[str, ...] | None = None
    """The only tools the task is worked on with; null when nothing narrows them."""
    continues: str | None = None
    """The run whose agent goes on in this one; null for a run that began anew."""
    capabilities: tuple[str, ...] | None = None
    """What the harness can do, see `Capability`; null in runs that did not say."""
    sandbox: SandboxLevel | None = None
    """How well the run's own commands are confined; null in runs that did not say."""


class RunStatusChanged(EventBase):
    """The run moved to another status. Fsynced before it is acknowledged."""

    type: Literal["run_status_changed"] = "run_status_changed"
    status: RunStatus
    """The new status."""
    reason: str | None = None
    """Why, for programs: `operator`, `host_lost`, `harness_failed`, `journal_blocked`."""
    message: str | None = None
    """Why, for people."""


class RunModeChanged(EventBase):
    """The run turned to another kind of work."""

    type: Literal["run_mode_changed"] = "run_mode_changed"
    mode: RunMode
    """The new mode."""


class WorkspaceChanged(EventBase):
    """The working tree is known to look different now."""

    type: Literal["workspace_changed"] = "workspace_changed"
    branch: str | None = None
    """Branch checked out; null without git or on a detached head."""
    dirty: bool | None = None
    """Whether there are uncommitted changes; null without git."""
    added: int = 0
    """Files that are new or untracked."""
    modified: int = 0
    """Files that changed."""
    deleted: int = 0
    """Files that are gone."""


class RunLimitsChanged(EventBase):
    """The run has other ceilings from now on."""

    type: Literal["run_limits_changed"] = "run_limits_changed"
    limits: Limits
    """All of them."""


RunEvent = RunStarted | RunStatusChanged | RunModeChanged | WorkspaceChanged | RunLimitsChanged
