"""Commands about a client's connection."""

from typing import Literal

from pydantic import Field

from mogplex_contracts.entry_query import EntryQuery
from mogplex_contracts.envelope import CommandBase
from mogplex_contracts.protocol import ProtocolRange


class Hello(CommandBase):
    """The first line of a client: who it is and which protocols it speaks."""

    type: Literal["hello"] = "hello"
    protocol: ProtocolRange
    """Every version the client speaks."""
    client_id: str
    """Id of the client, `cli_…`."""
    label: str = ""
    """What to call the person."""
    build: str = ""
    """The client's program version."""


class Attach(CommandBase):
    """Follow a run: a snapshot, or the events after `after_seq`, then everything that comes."""

    type: Literal["attach"] = "attach"
    after_seq: int | None = Field(default=None, ge=0)
    """The last event the client has; null for a snapshot first, 0 for the whole journal."""
    observe: bool = False
    """Read-only: commands that change the run are refused."""


class Detach(CommandBase):
    """Stop following; the run goes on."""

    type: Literal["detach"] = "detach"


class HistoryPage(CommandBase):
    """Ask for a page of older events."""

    type: Literal["history"] = "history"
    before_seq: int = Field(ge=1)
    """Events before this one."""
    limit: int = Field(default=200, ge=1, le=1000)
    """At most this many."""


class PastPage(CommandBase):
    """Ask how the run was at an earlier place of its journal."""

    type: Literal["past"] = "past"
    at_seq: int = Field(ge=1)
    """The event up to which its state is wanted, that one included."""


class FindPage(CommandBase):
    """Look through a run's journal for entries of its timeline, one step at a time, from the beginning on."""

    type: Literal["find"] = "find"
    query: EntryQuery
    """Which entries are meant."""
    after_seq: int = Field(default=0, ge=0)
    """Where the step before ended, its `to_seq`; 0 for the first."""


SessionCommand = Hello | Attach | Detach | HistoryPage | PastPage | FindPage
