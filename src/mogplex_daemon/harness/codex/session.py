"""One life of `codex app-server`: its thread, its turns, what it asks for, and the hands that stop it."""

import math
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import anyio
from anyio.abc import TaskGroup

from mogplex_contracts.events import Event
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.version import VERSION
from mogplex_daemon.harness.agents.bad_lines import BadLines
from mogplex_daemon.harness.agents.emitting import emit_all
from mogplex_daemon.harness.agents.jsonrpc import (
    CALL_SECONDS,
    BadLine,
    Id,
    JsonRpc,
    Notification,
    Request,
    RpcError,
    RpcSilent,
)
from mogplex_daemon.harness.agents.lives import SETTLE_SECONDS, START_SECONDS
from mogplex_daemon.harness.agents.mcp_servers import for_codex, servers_for
from mogplex_daemon.harness.agents.notes import verdict_words
from mogplex_daemon.harness.agents.reading import as_object, as_text
from mogplex_daemon.harness.agents.silence import Silence
from mogplex_daemon.harness.agents.standstill import Standstill
from mogplex_daemon.harness.base import AgentGone, AgentProgram, HarnessContext, HarnessRefused, Verdict
from mogplex_daemon.harness.codex.approvals import Answer, Question, read_request
from mogplex_daemon.harness.codex.config import confinement
from mogplex_daemon.harness.codex.crew import Member
from mogplex_daemon.harness.codex.protocol import Turn, TurnError
from mogplex_daemon.harness.codex.translate import Translation

TurnStatus = Literal["completed", "interrupted", "failed", "unreachable"]


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How a turn ended. `unreachable`: no model answered for longer than we wait."""

    status: TurnStatus
    error: TurnError | None = None


class Session:
    """Of one process. Its thread may be older than it."""

    def __init__(self, context: HarnessContext, program: AgentProgram, translation: Translation) -> None:
        self._context = context
        self._program = program
        self._translation = translation
        self._standstill = Standstill(context, lambda number: os.kill(program.pid, number))
        """Its commands have sessions of their own, and a command that runs is let run."""
        self._rpc = JsonRpc(program, min(CALL_SECONDS, context.spec.patience))
        self._start_seconds = max(START_SECONDS, context.spec.patience)
        self._tasks: TaskGroup | None = None
        self._stirred = anyio.Event()
        self._taking = anyio.Lock()
        """Held while a message is taken in, from its reading until all of it is told."""
        self._gone = False
        self._working = False
        """Whether a turn of the main agent is on its way."""
        self._end: TurnEnd | None = None
        self._waiting = anyio.CancelScope()
        """The wait for the end of the turn; its deadline is the end of our patience."""
        self._asked: dict[Id, anyio.CancelScope] = {}
        self._silence = Silence(context, "codex", self._busy)
        self._bad_lines = BadLines("codex")
        self._confinement = confinement(context.mode, context.spec.options.get("codex.asks", ""))
        self.interrupted = False
        """Whether a person stopped the turn."""
        self.heard = False
        """Whether the last prompt was taken up."""
        self.unsaid: list[str] = []
        """What a person said and codex could not take in any more."""

    def start(self, tasks: TaskGroup) -> None:
        """Begin to listen. `tasks` is cancelled by its owner."""
        self._tasks = tasks
        tasks.start_soon(self._listen)
        tasks.start_soon(self._silence.watch)

    async def settle(self) -> None:
        """Take in no more. What has begun to be told is told whole: half of it would leave calls without an end."""
        with anyio.move_on_after(SETTLE_SECONDS):
            await self._taking.acquire()

    async def greet(self) -> str:
        """Say hello; the version of codex. Raises RpcError, RpcSilent and AgentGone, as everything here."""
        hello = {
            "clientInfo": {"name": "mogplex", "title": "Mogplex", "version": VERSION},
            "capabilities": {"experimentalApi": True, "requestAttestation": False},
        }
        said = as_object(await self._rpc.call("initialize", hello, self._start_seconds))
        await self._rpc.notify("initialized")
        return str(said.get("userAgent", "")).partition("/")[2].partition(" ")[0]

    async def open(self) -> None:
        """Start the run's thread, or go on with it when codex had one before."""
        main, spec = self._translation.crew.main, self._context.spec
        held, servers = self._confinement, await servers_for(self._context, "codex", ("http",))
        wanted: dict[str, Any] = {
            "cwd": str(spec.cwd),
            # Under `never` codex refuses every call of an MCP server instead of asking us.
            "approvalPolicy": "on-request"
            if servers and held.approval_policy == "never"
            else held.approval_policy,
            "sandbox": held.sandbox,
            "config": {"mcp_servers": for_codex(servers)} if servers else None,
            "model": self._context.model,
            "developerInstructions": spec.instructions or None,
        }
        if main is not None:
            resumed = {**wanted, "threadId": main.thread_id, "excludeTurns": True}
            await self._rpc.call("thread/resume", resumed, self._start_seconds)
            return
        said = as_object(await self._rpc.call("thread/start", wanted, self._start_seconds))
        thread, model = as_object(said.get("thread")), said.get("model")
        if not isinstance(thread.get("id"), str):
            raise RpcError(0, "thread/start was answered without a thread")
        await self._emit(self._translation.begin(thread["id"], model if isinstance(model, str) else None))

    async def turn(self, prompt: str) -> TurnEnd:
        """Work on a prompt until its end; follow-ups that come in the meantime are steered in."""
        main = self._main
        self._end, self._working = None, True
        self.interrupted = self.heard = False
        self._silence.begins(main.agent_id)
        if self._context.model is not None:
            main.model = self._context.model
        try:
            await self._rpc.call(
                "turn/start",
                {"threadId": main.thread_id, "input": _text(prompt), "model": self._context.model},
            )
            with anyio.CancelScope() as self._waiting:
                while self._end is None:
                    await self._stir()
                    await self._at_a_step()
            if self._end is None:
                await self._stop(main)
                return TurnEnd("unreachable")
            return self._end
        finally:
            self._working = False
            self._silence.ends()

    async def interrupt(self, members: Sequence[Member]) -> bool:
        """Stop the turns of these agents and the commands they left running; False when none worked."""
        working = [member for member in members if member.turn_id is not None]
        if self._main in working:
            self.interrupted = True
        self._standstill.thaw()
        for member in working:
            await self._stop(member)
        return bool(working)

    async def use_model(self, model: str) -> None:
        """Use another model for the next call, also in the middle of a turn. Raises HarnessRefused.

        Between models that codex knows little of it switches only when the next turn begins.
        """
        main = self._main
        # One that stands still is told when it goes on.
        if main.turn_id is None or self._standstill.frozen:
            return
        try:
            said = await self._rpc.call(
                "turn/settings/update", {"threadId": main.thread_id, "turnId": main.turn_id, "model": model}
            )
            if as_object(said).get("status") == "applied":
                main.model = model
        except RpcError as error:
            told = f"codex takes {model} when its next turn begins: {error}"
            await self._emit([Diagnostic(code="model_later", message=told, agent_id=main.agent_id)])
        except (RpcSilent, AgentGone) as error:
            raise HarnessRefused(f"codex did not take {model}: {error}; try again") from error

    @property
    def works(self) -> bool:
        """Whether any agent works on a turn: those that codex started may outlast the turn of the main one."""
        return any(member.turn_id is not None for member in self._translation.crew.members)

    async def step(self) -> None:
        """Let the agents that still work do the next thing."""
        self._end = None
        await self._stir()
        if self._context.pausing:
            await self._standstill.hold()

    def _busy(self) -> bool:
        return bool(self._asked) or self._translation.items.any_open or self._context.pausing

    @property
    def _main(self) -> Member:
        main = self._translation.crew.main
        assert main is not None, "a thread is opened before anything is done with it"
        return main

    async def _emit(self, events: Sequence[Event]) -> None:
        await emit_all(self._context, events)

    async def _listen(self) -> None:
        """Take in what codex says, in its order. Makes no call: answers to calls come through here."""
        while (message := await self._rpc.next()) is not None:
            self._silence.heard()
            async with self._taking:
                await self._take(message)
        self._gone = True
        self._stirred.set()

    async def _take(self, message: Notification | Request | BadLine) -> None:
        match message:
            case Notification():
                await self._told(message)
            case Request():
                assert self._tasks is not None
                self._tasks.start_soon(self._answer, message)
            case BadLine(why=why):
                await self._emit(self._bad_lines.told(why))

    async def _told(self, message: Notification) -> None:
        params = message.params
        if message.method == "serverRequest/resolved":
            # By our own answer, or because the turn was stopped: then nobody waits for a decision.
            number: object = params.get("requestId")
            if isinstance(number, int | str) and number in self._asked:
                self._asked[number].cancel()
        await self._emit(self._translation.feed(message.method, params))
        self._stirred.set()
        main = self._translation.crew.main
        # What names no thread is about that of the main agent.
        if main is None or (as_text(params.get("threadId")) or main.thread_id) != main.thread_id:
            return
        if message.method == "error" and params.get("willRetry"):
            # Without this a refused connection never fails: codex tries for ever.
            if self._waiting.deadline == math.inf:
                self._waiting.deadline = anyio.current_time() + self._context.spec.patience
        elif message.method.startswith("item/") or message.method == "thread/tokenUsage/updated":
            self._waiting.deadline = math.inf
        elif message.method == "turn/started":
            self.heard = True
        elif message.method == "turn/completed" and self._working:
            self._end = _turn_end(params)

    async def _stir(self) -> None:
        if not self._gone:
            await self._stirred.wait()
            self._stirred = anyio.Event()
        if self._gone and self._end is None:
            raise AgentGone("codex ended")

    async def _at_a_step(self) -> None:
        """Between two things codex does: stand still while the run is paused, and pass on what people say."""
        if self._end is not None:
            return
        if self._context.pausing:
            await self._standstill.hold()
            if self._context.model not in (None, self._main.model):
                with suppress(HarnessRefused):
                    await self.use_model(self._context.model or "")
        main = self._main
        while main.turn_id is not None and self._end is None:
            said = self._context.next_message(main.agent_id)
            if said is None:
                return
            if not await self._steer(main, said):
                self.unsaid.append(said)

    async def _answer(self, request: Request) -> None:
        """Have a request decided and answer it. Ends early when codex takes it back."""
        asked = read_request(request, self._translation, self._context.spec.cwd, self._confinement)
        with suppress(AgentGone, RpcSilent):
            if isinstance(asked, Answer):
                if asked.result is None:
                    # What is not known may be asked for again and again.
                    await self._emit(self._translation.warn("agent_request", asked.told))
                    await self._rpc.refuse(request, "this client does not support that request")
                else:
                    await self._emit([Diagnostic(code="agent_request", message=asked.told)])
                    await self._rpc.reply(request, asked.result)
                return
            with anyio.CancelScope() as scope:
                self._asked[request.id] = scope
                try:
                    verdict = await self._context.gate(asked.action)
                    await self._standstill.hold()
                finally:
                    self._asked.pop(request.id, None)
                    self._silence.heard()
                await self._decide(request, asked, verdict)

    async def _decide(self, request: Request, question: Question, verdict: Verdict) -> None:
        reason = verdict_words(verdict)
        if question.call is not None:
            question.call.denied = None if verdict.allowed else reason
            # An answer has no room for words; said before it, they are read together with it.
            if verdict.note.strip() and verdict.decision != "auto_approved":
                with suppress(RpcSilent):
                    await self._steer(question.call.member, f"[{question.action.target}] {reason}")
        await self._rpc.reply(request, question.accept if verdict.allowed else question.decline)

    async def _steer(self, member: Member, text: str) -> bool:
        """Say something in the middle of a turn; False when the turn is over."""
        if member.turn_id is None:
            return False
        try:
            await self._rpc.call(
                "turn/steer",
                {"threadId": member.thread_id, "expectedTurnId": member.turn_id, "input": _text(text)},
            )
        except RpcError:
            return False
        return True

    async def _stop(self, member: Member) -> None:
        """Interrupt a turn. codex lets the command it waited for run on, so that is ended too."""
        with suppress(RpcError, RpcSilent, AgentGone):
            if member.turn_id is not None:
                await self._rpc.call(
                    "turn/interrupt", {"threadId": member.thread_id, "turnId": member.turn_id}
                )
        with suppress(RpcError, RpcSilent, AgentGone):
            await self._rpc.call("thread/backgroundTerminals/clean", {"threadId": member.thread_id})


def _text(text: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text}]


def _turn_end(params: dict[str, Any]) -> TurnEnd:
    turn = Turn.model_validate(as_object(params.get("turn")))
    match turn.status:
        case "completed":
            return TurnEnd("completed")
        case "interrupted":
            return TurnEnd("interrupted")
        case _:
            return TurnEnd("failed", turn.error)
