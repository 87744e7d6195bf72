"""The envelope every event and every command wears on the wire."""

from typing import Literal

from pydantic import Field

from mogplex_contracts.base import Wire


class Operator(Wire):
    """Who gave a command: one attached client."""

    client_id: str
    """Id of the client connection, `cli_…`."""
    label: str = ""
    """What to call the person, such as `ada@laptop`."""


class EventBase(Wire):
    """A past-tense fact of a run. `seq` counts journaled events of one run from 1 without gaps."""

    v: Literal[1] = 1
    """Version of the wire language."""
    run_id: str = ""
    """The run this is a fact of; empty only for events of a connection, before there is a run."""
    seq: int | None = Field(default=None, ge=1)
    """Place in the run's journal; null for live-only events, which are never journaled."""
    id: str = ""
    """Id of the event, `evt_…`."""
    ts: str = ""
    """When it happened: ISO 8601 in UTC with milliseconds, `2026-01-01T00:00:00.000Z`."""
    by: Operator | None = None
    """The operator whose command caused it; null when no person did."""


class CommandBase(Wire):
    """An imperative sent over a transport, answered once by `command_accepted` or `command_rejected`."""

    v: Literal[1] = 1
    """Version of the wire language."""
    id: str = ""
    """Id of the command, `cmd_…`; the answer repeats it."""
    run_id: str = ""
    """The run it is meant for; empty for commands to the daemon itself."""
