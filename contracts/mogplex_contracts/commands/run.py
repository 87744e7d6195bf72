"""Commands that start a run and steer it."""

from typing import Literal

from mogplex_contracts.envelope import CommandBase
from mogplex_contracts.events.run import Limits
from mogplex_contracts.vocabulary import PermissionMode


class RunStart(CommandBase):
    """Start a run. `run_id` may be given, so that the one who starts it knows its name at once."""

    type: Literal["run_start"] = "run_start"
    task: str
    """What to do."""
    cwd: str
    """The workspace: an absolute path."""
    harness: str
    """Which harness drives it."""
    model: str | None = None
    """Which model; null for the harness's own choice."""
    permission_mode: PermissionMode | None = None
    """The mode chosen in the session; null for what the permission files say."""
    limits: Limits | None = None
    """Ceilings; null for what config.toml says."""
    env: dict[str, str] | None = None
    """Environment of the run's commands; null for that of whoever starts the host. Never journaled."""
    allowed_tools: tuple[str, ...] | None = None
    """The only tools the task is worked on with; null narrows nothing. It never permits what rules do not."""
    continues: str | None = None
    """The ended run whose agent goes on here with what it knew; null for a run that begins anew."""


class RunMessage(CommandBase):
    """Say something to a working agent; it reads it at its next safe point."""

    type: Literal["run_message"] = "run_message"
    text: str
    """What to say."""
    agent_id: str | None = None
    """Whom; null for whichever agent works."""
    model: str | None = None
    """The model it must be worked on with; null for the run's. Refused where the run cannot change it."""
    allowed_tools: tuple[str, ...] | None = None
    """The only tools of the turn it makes; null narrows nothing. It never permits what rules do not."""


class RunPause(CommandBase):
    """Stop at the next safe point."""

    type: Literal["run_pause"] = "run_pause"


class RunResume(CommandBase):
    """Go on after a pause."""

    type: Literal["run_resume"] = "run_resume"


class RunKill(CommandBase):
    """End the run now and leave nothing running."""

    type: Literal["run_kill"] = "run_kill"


class ModelChange(CommandBase):
    """Switch the run's model."""

    type: Literal["model_change"] = "model_change"
    model: str
    """The model from now on."""


class LimitsSet(CommandBase):
    """Replace the run's ceilings."""

    type: Literal["limits_set"] = "limits_set"
    limits: Limits
    """The new ones."""


class AgentInterrupt(CommandBase):
    """A soft interrupt: noted in the timeline; the step of the agent that is named is stopped, the run goes on."""

    type: Literal["agent_interrupt"] = "agent_interrupt"
    agent_id: str | None = None
    """Whose step to stop; null to stop none."""


RunCommand = RunStart | RunMessage | RunPause | RunResume | RunKill | ModelChange | LimitsSet | AgentInterrupt
