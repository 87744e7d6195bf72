"""One life of an agent program: its session, its turns, what it asks for, and the hands that stop it."""

import math
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio
from anyio.abc import TaskGroup

from mogplex_contracts.events import Event
from mogplex_contracts.events.notice import Diagnostic
from mogplex_daemon.harness.acp.agents.agent import Agent
from mogplex_daemon.harness.acp.failures import last_error, model_failure
from mogplex_daemon.harness.acp.opening import Opened
from mogplex_daemon.harness.acp.options import asking_mode, choose_mode, choose_model, find_model
from mogplex_daemon.harness.acp.permission import CANCELLED, Answer, Question, read_request
from mogplex_daemon.harness.acp.translate import RESTARTS, Translation
from mogplex_daemon.harness.agents.bad_lines import BadLines
from mogplex_daemon.harness.agents.clock import now_ms
from mogplex_daemon.harness.agents.emitting import emit_all
from mogplex_daemon.harness.agents.jsonrpc import (
    BadLine,
    Id,
    JsonRpc,
    Notification,
    Request,
    RpcError,
    RpcSilent,
)
from mogplex_daemon.harness.agents.lives import SETTLE_SECONDS
from mogplex_daemon.harness.agents.notes import verdict_words
from mogplex_daemon.harness.agents.reading import Object, as_object, as_text
from mogplex_daemon.harness.agents.silence import silent
from mogplex_daemon.harness.agents.standstill import Standstill
from mogplex_daemon.harness.base import (
    AgentGone,
    AgentProgram,
    HarnessContext,
    HarnessFailed,
    HarnessRefused,
    Verdict,
)

STOP_SECONDS = 30.0
"""How long an agent may take to stop a turn; then its program is ended."""
NEVER_OFFERED = ("fs/", "terminal/")
"""Calls of the protocol that were not offered. Some agents try them all the same and go on without."""
Status = Literal["ended", "failed", "stuck", "gone"]


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How a turn ended. `stuck`: it was stopped and went on. `gone`: the program ended."""

    status: Status
    result: Object = field(default_factory=dict[str, object])
    error: RpcError | HarnessFailed | None = None


class Session:
    """Of one process. What the agent knows of the run may be older than it."""

    def __init__(
        self, context: HarnessContext, program: AgentProgram, agent: Agent, translation: Translation
    ) -> None:
        self._context = context
        self._program = program
        self._agent = agent
        self._translation = translation
        # The program and those it works through; commands have groups of their own.
        self._standstill = Standstill(context, lambda number: os.killpg(program.pid, number))
        self.rpc = JsonRpc(program, version="2.0")
        self._opened = Opened("")
        self._servers: tuple[str, ...] = ()
        self._tasks: TaskGroup | None = None
        self._stirred = anyio.Event()
        self._taking = anyio.Lock()
        """Held while a message is taken in, from its reading until all of it is told."""
        self._end: TurnEnd | None = None
        self._working = False
        self._asked: dict[Id, anyio.CancelScope] = {}
        self._bad_lines = BadLines(agent.name)
        self._heard_at = 0.0
        self._looked_at = 0.0
        """When its silence was looked into last."""
        self._stderr_then = ""
        """What stood on stderr when the agent was heard last."""
        self._silence_told = False
        self.interrupted = False
        """Whether a person stopped the turn."""
        self.heard = False
        """Whether the agent said anything since the prompt."""
        self.denials: list[str] = []
        """What was denied in the turn, in words for the agent."""
        self.denials_noted = False
        """Whether a person said something with one of them, which the agent has not heard."""

    def start(self, tasks: TaskGroup) -> None:
        """Begin to listen. `tasks` is cancelled by its owner."""
        self._tasks = tasks
        tasks.start_soon(self._listen)

    async def settle(self) -> None:
        """Take in no more. What has begun to be told is told whole: half of it would leave calls without an end."""
        with anyio.move_on_after(SETTLE_SECONDS):
            await self._taking.acquire()

    def opened(self, opened: Opened, servers: Sequence[str]) -> None:
        """The agent's session is there; `servers` are the MCP servers it was given."""
        self._opened, self._servers = opened, tuple(servers)

    async def turn(self, prompt: Sequence[str]) -> TurnEnd:
        """Work on a prompt until its end."""
        self._end, self._working = None, True
        self.interrupted = self.heard = self._silence_told = self.denials_noted = False
        self.denials = []
        self._alive()
        await self._emit(self._translation.turn_begins())
        end = TurnEnd("gone")
        try:
            async with anyio.create_task_group() as turn:
                turn.start_soon(self._prompt, prompt)
                end = await self._see_it_through()
                turn.cancel_scope.cancel()
        finally:
            self._working = False
        await self._emit(self._translation.turn_ends(end.result, now_ms()))
        return end

    async def interrupt(self) -> bool:
        """Stop the turn; False when there is none."""
        if not self._working or self._end is not None:
            return False
        self.interrupted = True
        self._standstill.thaw()
        await self._emit(self._translation.interrupted(now_ms()))
        await self._cancel()
        self._stirred.set()
        return True

    async def use_model(self, model: str) -> None:
        """Use another model from the next turn on. Raises HarnessRefused."""
        choice = self._opened.offer.model
        if choice is None:
            raise HarnessRefused(f"{self._agent.name} does not offer another model over this protocol")
        found = find_model(choice, model)
        if found is None:
            raise HarnessRefused(
                f"{self._agent.name} has no model {model}; it has: {', '.join(choice.values)}"
            )
        if found == self._translation.model:
            return
        method, params = choose_model(choice, self._opened.session_id, found)
        try:
            await self.rpc.call(method, params)
        except (RpcError, RpcSilent, AgentGone) as error:
            raise HarnessRefused(f"{self._agent.name} did not take {found}: {error}") from error
        self._translation.model = found

    async def ask_for_everything(self) -> bool:
        """Put the agent in its mode that asks; False when it has no such mode. Raises as calls do."""
        choice = self._opened.offer.mode
        mode = None if choice is None else asking_mode(choice, self._agent.asking_modes)
        if choice is None or mode is None:
            return False
        if choice.current != mode:
            method, params = choose_mode(choice, self._opened.session_id, mode)
            await self.rpc.call(method, params)
        return True

    async def _prompt(self, prompt: Sequence[str]) -> None:
        blocks = [{"type": "text", "text": text} for text in prompt]
        params = {"sessionId": self._opened.session_id, "prompt": blocks}
        try:
            self._end = TurnEnd("ended", as_object(await self.rpc.call("session/prompt", params, math.inf)))
        except RpcError as error:
            self._end = TurnEnd("failed", error=error)
        except AgentGone:
            self._end = TurnEnd("gone")
        self._stirred.set()

    async def _see_it_through(self) -> TurnEnd:
        """Wait for the end of the turn, and for nothing without an end."""
        stop_at = math.inf
        while self._end is None:
            if self._context.pausing and not self.interrupted:
                await self._stand()
            if self.interrupted:
                stop_at = min(stop_at, anyio.current_time() + STOP_SECONDS)
            wait_until = min(stop_at, self._silence_ends())
            with anyio.move_on_at(wait_until):
                await self._stirred.wait()
            if self._stirred.is_set():
                self._stirred = anyio.Event()
            elif anyio.current_time() >= stop_at:
                return TurnEnd("stuck")
            else:
                await self._silent()
            if self._translation.restarts >= RESTARTS and self._end is None:
                await self._give_up(
                    model_failure(self._agent, "its model's answers break off", code="model_cut_off")
                )
        return self._end

    def _silence_ends(self) -> float:
        """Until when nothing has to be heard. While a tool works or a person thinks, silence means nothing."""
        if self._asked or self._translation.calls.any_open or self.interrupted:
            return math.inf
        return max(self._heard_at, self._looked_at) + self._context.spec.patience

    async def _silent(self) -> None:
        """Nothing was heard for long: either the agent fails again and again, or it thinks."""
        self._looked_at = anyio.current_time()
        stderr = self._program.stderr_tail
        said = "" if stderr == self._stderr_then else last_error(self._agent, stderr)
        if said:
            await self._give_up(model_failure(self._agent, said, otherwise="model_unavailable"))
            return
        if self._silence_told:
            return
        self._silence_told = True
        patience, agent_id = self._context.spec.patience, self._translation.agent_id
        await self._emit([silent(self._agent.name, patience, agent_id)])

    async def _give_up(self, failure: HarnessFailed) -> None:
        await self._cancel()
        self._end = TurnEnd("failed", error=failure)

    async def _cancel(self) -> None:
        """Stop the turn. What the agent asks for is answered too: some wait for that."""
        with suppress(AgentGone):
            await self.rpc.notify("session/cancel", {"sessionId": self._opened.session_id})
        for asked in list(self._asked.values()):
            asked.cancel()

    async def _emit(self, events: Sequence[Event]) -> None:
        await emit_all(self._context, events)

    def _alive(self) -> None:
        self._heard_at = anyio.current_time()
        if self._agent.error_line is not None:
            self._stderr_then = self._program.stderr_tail

    async def _listen(self) -> None:
        """Take in what the agent says, in its order. Makes no call: answers to calls come through here."""
        while (message := await self.rpc.next()) is not None:
            async with self._taking:
                await self._take(message)
            self._stirred.set()

    async def _take(self, message: Notification | Request | BadLine) -> None:
        match message:
            case Notification():
                self._alive()
                await self._told(message)
            case Request():
                self._alive()
                await self._called(message)
            case BadLine(why=why):
                await self._emit(self._bad_lines.told(why))

    async def _told(self, message: Notification) -> None:
        params = message.params
        if message.method == "$/cancel_request":
            withdrawn: object = params.get("requestId", params.get("id"))
            asked = self._asked.get(withdrawn) if isinstance(withdrawn, int | str) else None
            if asked is not None:
                asked.cancel()
        if message.method != "session/update":
            await self._emit(self._translation.told(message.method))
            return
        # What comes before the session is open is a replay of an older one.
        session_id = self._opened.session_id
        if not session_id or (as_text(params.get("sessionId")) or session_id) != session_id:
            return
        update = as_object(params.get("update"))
        self.heard = self.heard or self._working
        await self._emit(self._translation.feed(update, now_ms()))
        if update.get("sessionUpdate") == "current_mode_update":
            await self._mode_changed(as_text(update.get("currentModeId")))

    async def _mode_changed(self, mode: str) -> None:
        """An agent that leaves the mode in which it asks is put back."""
        choice = self._opened.offer.mode
        asking = None if choice is None else asking_mode(choice, self._agent.asking_modes)
        if choice is None or asking in (None, mode) or self._tasks is None:
            return
        told = f"{self._agent.name} went to its mode {mode} by itself; it is put back to {asking}"
        await self._emit([Diagnostic(code="agent_mode", message=told, agent_id=self._translation.agent_id)])
        self._tasks.start_soon(self._put_back, *choose_mode(choice, self._opened.session_id, asking or ""))

    async def _put_back(self, method: str, params: Mapping[str, Any]) -> None:
        try:
            await self.rpc.call(method, params)
        except (RpcError, RpcSilent) as error:
            failure = HarnessFailed(
                "agent_mode",
                f"{self._agent.name} left the mode in which it asks and does not go back: {error}",
            )
            await self._give_up(failure)
            self._stirred.set()
        except AgentGone:
            return

    async def _called(self, request: Request) -> None:
        if request.method == "session/request_permission":
            tool_call = as_object(request.params.get("toolCall"))
            events, call = self._translation.asked(tool_call, now_ms())
            await self._emit(events)
            question = read_request(request.params, call, self._agent, self._context.spec.cwd, self._servers)
            assert self._tasks is not None
            if isinstance(question, Question) and not self.interrupted:
                scope = self._asked[request.id] = anyio.CancelScope()
                self._tasks.start_soon(self._decide, request, question, scope)
            else:
                await self._answer(request, question)
            return
        with suppress(AgentGone):
            if request.method == "elicitation/create":
                await self.rpc.reply(request, {"action": "decline"})
            else:
                await self.rpc.refuse(request, f"{request.method} is not offered by this client")
        if not request.method.startswith(NEVER_OFFERED):
            told = f"{self._agent.name} asked for {request.method}, which cannot be answered here; it was refused"
            await self._emit(self._translation.warn("agent_request", told))

    async def _answer(self, request: Request, answer: Question | Answer) -> None:
        """Answer what nobody decides."""
        with suppress(AgentGone):
            await self.rpc.reply(request, answer.result if isinstance(answer, Answer) else CANCELLED)
        if isinstance(answer, Answer) and answer.told:
            await self._emit([Diagnostic(code="agent_request", message=answer.told)])

    async def _stand(self) -> None:
        if await self._standstill.hold():
            self._alive()

    async def _decide(self, request: Request, question: Question, scope: anyio.CancelScope) -> None:
        """Have a request decided and answer it. Ends early when it is withdrawn."""
        verdict: Verdict | None = None
        try:
            with scope:
                decided = await self._context.gate(question.action)
                await self._stand()
                verdict = decided
        finally:
            self._asked.pop(request.id, None)
            self._heard_at = anyio.current_time()
        with suppress(AgentGone):
            if verdict is None or self.interrupted:
                await self.rpc.reply(request, CANCELLED)
            elif verdict.allowed:
                await self.rpc.reply(request, question.accept)
            else:
                reason = verdict_words(verdict)
                self.denials.append(f"[{question.action.target}] {reason}")
                self.denials_noted = self.denials_noted or bool(verdict.note.strip())
                self._translation.spoke = False
                await self._emit(self._translation.calls.deny(question.call, reason, now_ms()))
                await self.rpc.reply(request, question.decline)
        self._stirred.set()
