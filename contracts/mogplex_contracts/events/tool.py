"""Tool calls: started, live output, finished."""

from typing import Any, Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.vocabulary import ActionKind, ToolOutcome


class Artifact(Wire):
    """Something too big for the journal, kept whole in a file beside it."""

    path: str
    """Where it lies, relative to the run's folder."""
    bytes: int
    """Its size."""


class ToolStarted(EventBase):
    """An agent began a tool call."""

    type: Literal["tool_started"] = "tool_started"
    call_id: str
    """Id of the call, `call_…`, or the agent program's own."""
    agent_id: str
    """Who calls."""
    tool: str
    """Name of the tool."""
    action: ActionKind
    """What kind of thing the call does."""
    target: str = ""
    """What it is done to: a path, a command, a key."""
    input: dict[str, Any] = {}
    """The arguments, as the model gave them."""


class ToolOutput(EventBase):
    """A piece of a running tool's output. Live-only."""

    type: Literal["tool_output"] = "tool_output"
    call_id: str
    """The call it belongs to."""
    text: str
    """The piece, to be appended."""


class ToolFinished(EventBase):
    """A tool call ended."""

    type: Literal["tool_finished"] = "tool_finished"
    call_id: str
    """Which call."""
    outcome: ToolOutcome
    """How it ended."""
    output: str = ""
    """What it gave, bounded; the rest is in the artifact."""
    artifact: Artifact | None = None
    """The whole output when it did not fit."""
    exit_code: int | None = None
    """Exit status of a command; null for other tools and for a killed command."""
    duration_ms: int = 0
    """From start to end, waiting for a decision included, in milliseconds."""


ToolEvent = ToolStarted | ToolOutput | ToolFinished
