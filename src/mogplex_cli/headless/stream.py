"""The stdio transport without a screen: validates and reduces a stream, answers what rules decide, tells the rest.

A recorded stream holds the answers to its own questions, so a rule's answer is given only when the stream pauses,
or ends, and the question still waits; in a stream that never pauses, after PATIENCE_SECONDS.
"""

import re
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from mogplex_cli.exit_status import EXIT_DONE
from mogplex_cli.garbage import collect_from_now
from mogplex_cli.headless.output import killed_by, say
from mogplex_cli.headless.report import Tally, run_lines, run_status, stream_line, stream_status
from mogplex_cli.headless.rules import rule_on
from mogplex_cli.transport.base import Health, Incoming, NotStarted, Transport, TransportFailed
from mogplex_cli.transport.one_run import OneRun
from mogplex_cli.transport.pump import listen, read_event
from mogplex_cli.transport.stdio import StdioTransport
from mogplex_cli.wiring import Wiring
from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandRejected
from mogplex_contracts.events.unknown import UnknownEvent
from mogplex_contracts.framing import Line, Oversized
from mogplex_contracts.ids import new_id
from mogplex_contracts.permissions import PermissionLayers
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from mogplex_daemon.home.permission_files import load_layers

QUIET_SECONDS = 0.1
"""A stream that says nothing for so long has paused."""
PATIENCE_SECONDS = 2.0
"""How long a question waits for a pause."""
QUEUE_ITEMS = 1_024
INVALID_LINES_TOLD = 20
"""After this many, invalid lines are only counted."""
SLUG = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}")
"""A repository's name that is safe as the name of a folder: the stream is free to say anything."""

Layers = Callable[[RunState], PermissionLayers]


def run_stream(wiring: Wiring) -> int:
    """Follow the stream on stdin to its end; the exit status."""
    collect_from_now()
    for problem in wiring.session.problems:
        say(problem)

    def layers(run: RunState) -> PermissionLayers:
        repo = run.repo if SLUG.fullmatch(run.repo) else wiring.session.repo
        # Where the run's own mode is the stricter one, it holds.
        mode = "approval" if run.permission_mode == "approval" else None
        return load_layers(wiring.home.root, repo, mode).layers

    stream = Stream(StdioTransport(0, 1, kept=False), layers)
    return anyio.run(_until_signal, stream)


async def _until_signal(stream: "Stream") -> int:
    stopped: list[int] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_wait_for_signal, tasks.cancel_scope, stopped)
        await stream.follow()
        tasks.cancel_scope.cancel()
    status = stream.close(ended=not stopped)
    return killed_by(stopped[0]) if stopped else status


async def _wait_for_signal(scope: anyio.CancelScope, stopped: list[int]) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
        async for number in signals:
            say(f"stopped by {number.name}")
            stopped.append(number)
            scope.cancel()
            return


class Stream:
    """One stream: what its run is like, what was counted, and what became of each approval."""

    def __init__(self, transport: Transport, layers: Layers) -> None:
        """`layers` gives the rules as they are at this moment, for a run."""
        self._transport = transport
        self._layers = layers
        self._one = OneRun()
        self._run = RunState()
        self._tally = Tally()
        self._worst = EXIT_DONE
        self._left_in_total = 0
        self._asked: dict[str, float] = {}
        """When each approval came in that no rule was asked about yet, seconds of a clock that never jumps."""
        self._answered: dict[str, str] = {}
        """Approval ids by the command that answered them."""
        self._left: dict[str, str] = {}
        """Why approvals are left to a person, by id."""

    async def follow(self) -> None:
        """Take in the stream to its end, and answer on the way."""
        give, take = anyio.create_memory_object_stream[Incoming](QUEUE_ITEMS)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen, self._transport, give)
            async with take:
                await self._take_all(take)
        await self._answer(0.0)

    def close(self, *, ended: bool) -> int:
        """Tell the summary; the exit status. `ended`: the stream was followed to its end."""
        if self._tally.invalid > INVALID_LINES_TOLD:
            say(f"{self._tally.invalid - INVALID_LINES_TOLD:,} more lines are invalid")
        if not self._tally.events:
            none = "no line on stdin is an event" if self._tally.invalid else "no events came on stdin"
            say(f"{none}; pipe a run in: mogplex < events.jsonl")
        elif not self._tally.known:
            say(
                "nothing on stdin is an event that Mogplex knows; where these are an agent's own messages, "
                "let Mogplex start the agent: mogplex --harness <agent>, see mogplex doctor"
            )
        self._close_run(ended)
        say(stream_line(self._tally, self._left_in_total))
        return stream_status(self._tally, self._worst)

    async def _take_all(self, take: MemoryObjectReceiveStream[Incoming]) -> None:
        while True:
            try:
                self._take(take.receive_nowait())
            except anyio.EndOfStream:
                return
            except anyio.WouldBlock:
                await self._answer(PATIENCE_SECONDS)
                with anyio.move_on_after(QUIET_SECONDS if self._asked else None) as quiet:
                    try:
                        self._take(await take.receive())
                    except anyio.EndOfStream:
                        return
                if quiet.cancelled_caught:
                    await self._answer(0.0)

    def _take(self, item: Incoming) -> None:
        match item:
            case Line() | Oversized():
                self._line(item)
            case Health("offline"):
                say(item.reason)
            case Health() | NotStarted():
                pass
            case _:
                assert_never(item)

    def _line(self, line: Line | Oversized) -> None:
        try:
            event = read_event(line)
            admitted = self._one.admit(event)
        except InvalidLine as error:
            self._tally = replace(self._tally, invalid=self._tally.invalid + 1)
            if self._tally.invalid <= INVALID_LINES_TOLD:
                say(f"line {line.number} is invalid and skipped: {error}")
            return
        unknown = isinstance(event, UnknownEvent)
        self._tally = replace(
            self._tally, events=self._tally.events + 1, unknown=self._tally.unknown + unknown
        )
        self._event(event, admitted)

    def _event(self, event: Event, admitted: tuple[Event, ...]) -> None:
        if not admitted:
            self._tally = replace(self._tally, strangers=self._tally.strangers + 1)
            return
        if len(admitted) > 1 or self._one.run_id != self._run.run_id:
            self._close_run(ended=False)
        waiting = self._run.approvals.pending
        for each in admitted:
            repeated = each.seq is not None and each.seq <= self._run.last_seq
            self._tally = replace(self._tally, repeated=self._tally.repeated + repeated)
            self._run = reduce(self._run, each)
        if self._run.approvals.pending is not waiting:
            known = {*self._asked, *self._answered.values(), *self._left}
            for approval_id in self._run.approvals.pending:
                if approval_id not in known:
                    self._asked[approval_id] = time.monotonic()
        if isinstance(event, CommandRejected) and event.command_id in self._answered:
            self._leave(self._answered.pop(event.command_id), f"the answer was refused: {event.reason}")

    async def _answer(self, waited: float) -> None:
        """Ask the rules about approvals that have waited this many seconds, and send what they decide."""
        now = time.monotonic()
        due = [approval_id for approval_id, asked in self._asked.items() if now - asked >= waited]
        if not due:
            return
        layers = self._layers(self._run)
        for approval_id in due:
            del self._asked[approval_id]
            pending = self._run.approvals.pending.get(approval_id)
            if pending is not None:
                await self._rule(pending.request, layers)

    async def _rule(self, request: ApprovalRequested, layers: PermissionLayers) -> None:
        ruling = rule_on(request, layers)
        if ruling.decision is None:
            self._leave(request.approval_id, ruling.reason)
            return
        command = ApprovalDecide(
            id=new_id("cmd"),
            run_id=self._run.run_id,
            choices=(ApprovalChoice(approval_id=request.approval_id, digest=request.digest),),
            decision=ruling.decision,
            note=ruling.reason,
        )
        try:
            await self._transport.send(command)
        except TransportFailed as failure:
            self._leave(request.approval_id, f"a rule says {ruling.decision}, but {failure}")
            return
        self._answered[command.id] = request.approval_id
        approved = ruling.decision == "approve"
        self._tally = replace(
            self._tally,
            approved=self._tally.approved + approved,
            rejected=self._tally.rejected + (not approved),
        )
        done = "approved" if approved else "rejected"
        say(f"{done} {request.approval_id} · {request.action} {request.target} · {ruling.reason}")

    def _leave(self, approval_id: str, reason: str) -> None:
        self._left[approval_id] = reason
        say(f"{approval_id} waits for a person · {reason}")

    def _close_run(self, ended: bool) -> None:
        """Tell the summary of the run that was followed until now."""
        if not self._run.run_id:
            return
        answered = set(self._answered.values())
        left = {
            approval_id: self._left.get(approval_id, "no rule was asked")
            for approval_id in self._run.approvals.pending
            if approval_id not in answered
        }
        for line in run_lines(self._run, left, ended):
            say(line)
        self._left_in_total += len(left)
        self._worst = max(self._worst, run_status(self._run, len(left)))
        self._run = RunState()
        self._asked, self._answered, self._left = {}, {}, {}
