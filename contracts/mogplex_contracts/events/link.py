"""Live answers to one client: never journaled, never part of a run's history."""

from typing import Any, Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import EventBase, Operator
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.protocol import ProtocolRange
from mogplex_contracts.state.run import RunState
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.vocabulary import RunStatus


class Ready(EventBase):
    """The host's answer to `hello`: which protocol both speak."""

    type: Literal["ready"] = "ready"
    protocol: int
    """The version chosen."""
    range: ProtocolRange
    """Every version the host speaks."""
    build: str
    """The host's program version."""


class Snapshot(EventBase):
    """The state of a run at one place of its journal; events after it follow."""

    type: Literal["snapshot"] = "snapshot"
    at_seq: int = 0
    """The last event the state contains; 0 before the first, and from those who count none."""
    state: RunState
    """All of it."""


class History(EventBase):
    """A page of older events, oldest first."""

    type: Literal["history"] = "history"
    command_id: str
    """The command that asked."""
    events: tuple[dict[str, Any], ...]
    """The events as they stand in the journal."""
    more: bool
    """Whether there are older ones still."""


class Past(EventBase):
    """The run as it was a little before a place of its journal, and what happened around that place.

    Whoever asked reduces as many of the events as it wants to see: from one place to the next is one event.
    """

    type: Literal["past"] = "past"
    command_id: str
    """The command that asked."""
    state: RunState
    """The run before the first of `events`."""
    events: tuple[dict[str, Any], ...]
    """The events behind it as they stand in the journal, oldest first: up to the place, and some beyond."""


class Found(EventBase):
    """What one step through a journal found.

    It tells of entries that had left the window when the step ended: those in it may still change.
    """

    type: Literal["found"] = "found"
    command_id: str
    """The command that asked."""
    entries: tuple[TimelineEntry, ...]
    """The entries meant, oldest first: their beginnings, without details."""
    to_seq: int
    """The event up to which was looked, that one included."""
    before: int
    """Every entry with a lower index has been looked at, if the steps began at the beginning."""
    more: bool
    """Whether there are events behind `to_seq`."""


class RunSummary(Wire):
    """A run as it stands in a list."""

    run_id: str
    """Which run."""
    status: RunStatus
    """Where it is in its life."""
    task: str = ""
    """What was asked for."""
    repo: str = ""
    """Repository slug."""
    cwd: str = ""
    """Its workspace."""
    harness: str = ""
    """What drives it."""
    model: str | None = None
    """Model in use; null when unknown."""
    started_at: str = ""
    """When it began, ISO 8601."""
    ended_at: str = ""
    """When it ended; empty while it has not."""
    cost_usd: float | None = None
    """What it has cost; null when unknown."""
    waiting: tuple[ApprovalRequested, ...] = ()
    """The decisions it waits for, oldest first."""


class RunsListed(EventBase):
    """The runs a daemon knows."""

    type: Literal["runs_listed"] = "runs_listed"
    command_id: str
    """The command that asked."""
    runs: tuple[RunSummary, ...]
    """Newest first."""


class CommandAccepted(EventBase):
    """A command was carried out, or will be."""

    type: Literal["command_accepted"] = "command_accepted"
    command_id: str
    """Which command."""
    message: str = ""
    """What to tell the person, when there is something to tell."""


class CommandRejected(EventBase):
    """A command was not carried out."""

    type: Literal["command_rejected"] = "command_rejected"
    command_id: str
    """Which command."""
    code: str
    """For programs, such as `already_decided`."""
    reason: str
    """For people: why, and what to do now."""
    decided_by: Operator | None = None
    """For a late decision: who was first."""
    decided_at: str | None = None
    """For a late decision: when, ISO 8601."""


class Heartbeat(EventBase):
    """The host is alive and this is how far its journal goes."""

    type: Literal["heartbeat"] = "heartbeat"
    at_seq: int
    """The last journaled event."""
    digest: str = ""
    """Digest of the host's state there, for the client to compare with its own."""


class DaemonReported(EventBase):
    """How the daemon is."""

    type: Literal["daemon_reported"] = "daemon_reported"
    command_id: str
    """The command that asked."""
    pid: int
    """Its process."""
    build: str
    """Its program version."""
    range: ProtocolRange
    """The protocols it speaks."""
    started_at: str
    """When it was started, ISO 8601."""
    socket: str
    """Where it listens."""
    clients: int
    """Connections now, the one that asks included."""
    running: int
    """Runs that have a living host."""


LinkEvent = (
    Ready
    | Snapshot
    | History
    | Past
    | Found
    | RunsListed
    | CommandAccepted
    | CommandRejected
    | Heartbeat
    | DaemonReported
)
