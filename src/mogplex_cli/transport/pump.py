"""Brings what a transport gives into the store: decodes, tells of what is invalid, and reduces it in slices.

Slices are short, so a key waits for one at most. What they change is shown at the pace of the screen: whatever
arrives between two drawings is one notification.
"""

import time
from collections.abc import Callable
from functools import partial

import anyio
import anyio.lowlevel
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import ConnectionChanged, NoticeShown, RunNotStarted, UiEvent
from mogplex_cli.transport.asked import Asked
from mogplex_cli.transport.base import Answer, Health, Incoming, LookBack, NotStarted, Transport
from mogplex_cli.transport.one_run import OneRun
from mogplex_cli.transport.pace import Pace
from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands import Command
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.events.message import AssistantDelta, ReasoningDelta
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.tool import ToolOutput
from mogplex_contracts.framing import MAX_LINE_BYTES, Line, Oversized
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.text import one_line

SLICE_SECONDS = 0.001
"""How long a slice may take to decode; reducing it takes a few times as long. No key waits longer for it."""
QUEUE_ITEMS = 2_048
"""More than a slice takes, so that one who is behind finds the next one waiting."""
INVALID_LINES_TOLD = 50
"""After this many, invalid lines are counted in the log and no longer shown."""


class Pump:
    """One transport wired to one store."""

    def __init__(self, transport: Transport, store: Store, log: Callable[..., None]) -> None:
        """`log(event, **fields)` writes to the session log."""
        self._transport = transport
        self._store = store
        self._log = log
        self._invalid = 0
        self._one = OneRun() if transport.name == "stdio" else None
        self._asked = Asked(transport)
        self._strangers: set[str] = set()
        """Runs whose events were left out, each told once."""

    async def run(self) -> None:
        """Bring events into the store until cancelled, or until the transport has nothing more to give."""
        give, take = anyio.create_memory_object_stream[Incoming](QUEUE_ITEMS)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._apply, take)
            await listen(self._transport, give)

    async def send(self, command: Command) -> None:
        """Send a command; raises TransportFailed."""
        self._log("command", type=command.type, command_id=command.id, run_id=command.run_id)
        await self._transport.send(command)

    async def ask(self, command: LookBack) -> Answer:
        """Ask for older events or an older state; raises TransportFailed."""
        return await self._asked.ask(command)

    async def _apply(self, take: MemoryObjectReceiveStream[Incoming]) -> None:
        """Reduce what comes, a slice at a time, and show it at the screen's pace."""
        screen = _Screen(self._store)
        async with take:
            while True:
                try:
                    with anyio.move_on_after(screen.wait()):
                        first = await take.receive()
                        screen.reduce(partial(self._slice, first, take))
                except anyio.EndOfStream:
                    break
                screen.show_if_due()
                # Between two slices keys and drawing have their turn.
                await anyio.lowlevel.checkpoint()
        screen.show()

    def _slice(self, first: Incoming, take: MemoryObjectReceiveStream[Incoming]) -> list[Event | UiEvent]:
        """What is there already, as far as a slice's time goes."""
        begun = time.monotonic()
        events = self._events(first)
        while time.monotonic() - begun < SLICE_SECONDS:
            try:
                events += self._events(take.receive_nowait())
            except (anyio.WouldBlock, anyio.EndOfStream):
                break
        return coalesce(events)

    def _events(self, item: Incoming) -> list[Event | UiEvent]:
        match item:
            case Health():
                self._log("connection", health=item.health, reason=item.reason)
                self._asked.health(item)
                return [ConnectionChanged(self._transport.name, item.health, item.reason)]
            case NotStarted():
                self._log("run_not_started", run_id=item.run_id, message=item.message)
                return [RunNotStarted(item.run_id, item.message)]
            case _:
                try:
                    return self._admit(self._asked.heard(read_event(item)))
                except InvalidLine as error:
                    return self._invalid_line(item.number, str(error))

    def _admit(self, event: Event) -> list[Event | UiEvent]:
        """The events to reduce: a pipe may bring those of several runs, of which one is shown at a time."""
        if self._one is None:
            return [event]
        admitted = self._one.admit(event)
        if admitted or event.run_id in self._strangers:
            return [*admitted]
        self._strangers.add(event.run_id)
        return [
            NoticeShown(
                f"events of {one_line(event.run_id, 60)} are left out: {self._one.run_id} is shown", "warning"
            )
        ]

    def _invalid_line(self, number: int, reason: str) -> list[Event | UiEvent]:
        self._invalid += 1
        self._log("invalid_line", line=number, reason=reason)
        if self._invalid > INVALID_LINES_TOLD:
            return []
        message = f"line {number} of the stream: {reason}; it is skipped"
        if self._invalid > 1:
            message += f" · {self._invalid} in all"
        # A run with a journal keeps no diagnostic of ours, so the person is told beside it as well.
        return [Diagnostic(code="invalid_line", message=message), NoticeShown(one_line(message), "warning")]


class _Screen:
    """What is reduced, and when it was last shown."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pace = Pace()
        self._unseen = False
        self._reducing = 0.0
        self._since = time.thread_time()

    def reduce(self, decode: Callable[[], list[Event | UiEvent]]) -> None:
        """Reduce what `decode` gives, and say nothing yet. The time of both is not counted as drawing."""
        begun = time.thread_time()
        self._store.reduce(decode())
        self._reducing += time.thread_time() - begun
        self._unseen = True

    def wait(self) -> float | None:
        """How long nothing needs to be shown; None when nothing is new."""
        return max(0.0, self._due_at() - time.monotonic()) if self._unseen else None

    def show_if_due(self) -> None:
        """Show what is new, if its time has come."""
        if self._unseen and time.monotonic() >= self._due_at():
            self.show()

    def show(self) -> None:
        """Show what is new now."""
        self._pace.drawn(time.monotonic(), self._spent())
        self._since, self._reducing, self._unseen = time.thread_time(), 0.0, False
        self._store.notify()

    def _due_at(self) -> float:
        return self._pace.due_at(self._spent())

    def _spent(self) -> float:
        """What this thread did since the last drawing began, other than reducing: nearly all of it is drawing."""
        return time.thread_time() - self._since - self._reducing


async def listen(transport: Transport, give: MemoryObjectSendStream[Incoming]) -> None:
    """Put everything that arrives into a queue, and close it at the end. Waits only where the queue is full.

    When nobody takes anything out any more, it ends too.
    """
    async with give:
        async for item in transport.incoming():
            try:
                give.send_nowait(item)
            except anyio.WouldBlock:
                await give.send(item)
            except anyio.BrokenResourceError:
                return


def read_event(line: Line | Oversized) -> Event:
    """The event of a line; raises InvalidLine."""
    if isinstance(line, Oversized):
        limit = MAX_LINE_BYTES // 1024 // 1024
        raise InvalidLine(f"{line.size / 1024 / 1024:.0f} MiB long, {limit} MiB is the limit")
    return decode_event(line.data)


def coalesce(events: list[Event | UiEvent]) -> list[Event | UiEvent]:
    """The same events with neighbouring pieces of one text joined: fewer steps to the same state."""
    joined: list[Event | UiEvent] = []
    for event in events:
        last = joined[-1] if joined else None
        match event, last:
            case (AssistantDelta(), AssistantDelta()) | (ReasoningDelta(), ReasoningDelta()) if _same_text(
                event, last
            ) and (event.agent_id, event.message_id) == (last.agent_id, last.message_id):
                joined[-1] = evolve(last, text=last.text + event.text)
            case ToolOutput(), ToolOutput() if _same_text(event, last) and event.call_id == last.call_id:
                joined[-1] = evolve(last, text=last.text + event.text)
            case _:
                joined.append(event)
    return joined


def _same_text(event: Event, last: Event) -> bool:
    """Whether both are live-only pieces of one run: a journaled fact is never joined with another."""
    return event.seq is None and last.seq is None and event.run_id == last.run_id
