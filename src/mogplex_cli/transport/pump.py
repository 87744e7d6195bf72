"""Brings what a transport gives into the store: decodes, tells of what is invalid, and hands over batches.

One batch a frame at most: whatever arrives within a frame is applied together, so a flood of events costs one
notification a frame, and a keystroke never waits longer than one batch.
"""

import time
from collections.abc import Callable

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import ConnectionChanged, NoticeShown, RunNotStarted, UiEvent
from mogplex_cli.transport.asked import Asked
from mogplex_cli.transport.base import Answer, Health, Incoming, LookBack, NotStarted, Transport
from mogplex_cli.transport.one_run import OneRun
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

FRAME_SECONDS = 1 / 30
BATCH_SECONDS = 0.008
"""How long a batch may take to decode; reducing it takes about as long again."""
BREATH_SECONDS = 0.012
"""What keys and drawing get at least between two batches."""
QUEUE_ITEMS = 2_048
"""More than a batch takes, so that one who is behind finds the next batch waiting."""
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
        async with take:
            async for first in take:
                started = time.monotonic()
                events = self._events(first)
                behind = True
                while behind and time.monotonic() - started < BATCH_SECONDS:
                    try:
                        events += self._events(take.receive_nowait())
                    except (anyio.WouldBlock, anyio.EndOfStream):
                        behind = False
                self._store.apply(coalesce(events))
                # The rest of the frame belongs to keys and drawing; what arrives meanwhile is the next batch.
                # Who is behind, as at the start of a long journal, takes no more than a breath.
                rest = FRAME_SECONDS - (time.monotonic() - started)
                await anyio.sleep(BREATH_SECONDS if behind else max(0.0, rest))

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


async def listen(transport: Transport, give: MemoryObjectSendStream[Incoming]) -> None:
    """Put everything that arrives into a queue, and close it at the end. Waits only where the queue is full."""
    async with give:
        async for item in transport.incoming():
            try:
                give.send_nowait(item)
            except anyio.WouldBlock:
                await give.send(item)


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
