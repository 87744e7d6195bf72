"""What a transport is, and what the cockpit sees of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from mogplex_cli.transport.router import TransportName
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.session import FindPage, HistoryPage, PastPage
from mogplex_contracts.events.link import Found, History, Past
from mogplex_contracts.framing import Line, Oversized
from mogplex_contracts.vocabulary import ConnectionHealth


@dataclass(frozen=True, slots=True)
class Health:
    """The transport's condition changed."""

    health: ConnectionHealth
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NotStarted:
    """A run that was asked for did not come to be; the message says why and what to do now."""

    run_id: str
    message: str


Incoming: TypeAlias = Line | Oversized | Health | NotStarted
"""What a transport gives: raw lines of the wire, and facts of its own."""


LookBack: TypeAlias = HistoryPage | PastPage | FindPage
Answer: TypeAlias = History | Past | Found


class TransportFailed(Exception):
    """A command could not be sent; the message says why and what to do now."""


class Transport(Protocol):
    """One way to talk to a run."""

    @property
    def name(self) -> TransportName:
        """Which one it is."""
        ...

    def incoming(self) -> AsyncIterator[Incoming]:
        """Everything that arrives, in order, until the transport is closed. To be iterated once."""
        ...

    async def send(self, command: Command) -> None:
        """Send a command; its answer comes as an event. Raises TransportFailed when it cannot be sent."""
        ...

    def archive(self, run_id: str) -> Path | None:
        """The file a run's events can be looked up in from here; None when the other end looks them up.

        Raises TransportFailed when nobody can.
        """
        ...


class Link(Protocol):
    """What the cockpit gets: a transport already wired to the store."""

    async def run(self) -> None:
        """Bring events into the store, a batch a frame, until cancelled."""
        ...

    async def send(self, command: Command) -> None:
        """Send a command; raises TransportFailed when it cannot be sent."""
        ...

    async def ask(self, command: LookBack) -> Answer:
        """Ask for older events or an older state; raises TransportFailed, saying why there is no answer."""
        ...
