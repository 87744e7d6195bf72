"""One `claude` process: its lines are read without ever waiting for a person, and its turns are taken one by one."""

import math
from collections.abc import Sequence
from contextlib import suppress
from uuid import uuid4

import anyio
from anyio.abc import TaskGroup

from mogplex_contracts.events import Event
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.framing import Oversized
from mogplex_daemon.harness.agents.bad_lines import BadLines
from mogplex_daemon.harness.agents.emitting import emit_all
from mogplex_daemon.harness.agents.lives import SETTLE_SECONDS, START_SECONDS, Crashed
from mogplex_daemon.harness.agents.reading import Object, as_count, as_object, as_text
from mogplex_daemon.harness.agents.silence import Silence
from mogplex_daemon.harness.base import AgentGone, AgentProgram, HarnessContext, HarnessFailed
from mogplex_daemon.harness.claude_code.config import temporary
from mogplex_daemon.harness.claude_code.control import Control, ControlFailed
from mogplex_daemon.harness.claude_code.failures import TurnEnd, gave_up, turn_end
from mogplex_daemon.harness.claude_code.live_output import LiveOutput
from mogplex_daemon.harness.claude_code.permission import Permissions
from mogplex_daemon.harness.claude_code.protocol import (
    NotALine,
    cannot,
    control_request,
    hook_answer,
    initialize,
    read_line,
    user_message,
)
from mogplex_daemon.harness.claude_code.translate import Translation
from mogplex_daemon.harness.claude_code.whole_output import with_whole_outputs

ANSWER_SECONDS = 30.0
"""How long it may take to answer any other request."""
LAST_WORD_SECONDS = 1.0
HOPELESS = (401, 403)
"""Answers of the model's server that stay as they are, though Claude Code asks ten times."""
ENDS_SEEN = ("completed", "cancelled", "failed")


class Session:
    """One process, from its first line to its last."""

    def __init__(
        self,
        context: HarnessContext,
        program: AgentProgram,
        translation: Translation,
        permissions: Permissions,
        tasks: TaskGroup,
    ) -> None:
        """`tasks` belongs to whoever runs the process, and is cancelled before the process is ended."""
        self.control = Control(program)
        self.began = False
        """Whether it has taken up a prompt: from then on the conversation can be resumed."""
        self._context = context
        self._program = program
        self._translation = translation
        self._permissions = permissions
        self._tasks = tasks
        self._output = LiveOutput(
            temporary(context.folder), translation.calls.running_commands, self._tell_output
        )
        self._asking: dict[str, anyio.CancelScope] = {}
        self._silence = Silence(context, "Claude Code", self._busy)
        self._bad_lines = BadLines("Claude Code")
        self._unread: set[str] = set()
        """Messages it has not dealt with yet."""
        self._idle = True
        self._tells_states = False
        self._result: Object | None = None
        self._error = ""
        self._working = False
        self._waiting = anyio.CancelScope()
        """The wait for the end of the turn; its deadline is the end of our patience."""
        self._retry: Object | None = None
        """Why the model is asked again and again; None when it answers."""
        self._news = anyio.Event()
        self._gone = False
        self._taking = anyio.Lock()
        """Held while a message is taken in, from its reading until all of it is told."""

    async def close(self) -> None:
        """It is over; to be called before the tasks are cancelled."""
        self._output.stop()
        if self._working:
            # Without it, it would take its closed stdin for a denial, and think about that first.
            with anyio.move_on_after(LAST_WORD_SECONDS, shield=True):
                await self._send(control_request("mogplex-last", "interrupt"))
        # What has begun to be told is told whole: half of it would leave calls without an end.
        with anyio.move_on_after(SETTLE_SECONDS):
            await self._taking.acquire()

    @property
    def working(self) -> bool:
        """Whether a turn is under way."""
        return self._working

    async def greet(self) -> None:
        """Start talking. Raises HarnessFailed when it does not answer."""
        self._tasks.start_soon(self._read)
        self._tasks.start_soon(self._follow_output)
        self._tasks.start_soon(self._silence.watch)
        try:
            line = initialize("mogplex-0", self._context.spec.instructions)
            await self.control.ask_line("mogplex-0", line, max(START_SECONDS, self._context.spec.patience))
        except ControlFailed as failed:
            said = str(failed)
            if self._gone:
                said = str(Crashed("it", await self._program.wait(), self._program.stderr_tail))
            raise HarnessFailed(
                "agent_not_started",
                f"Claude Code did not start: {said}. Try `claude -p hello` in this folder, then start again.",
            ) from failed

    async def turn(self, prompt: str) -> TurnEnd:
        """Let it work on `prompt` until it has nothing more to do. Raises AgentGone."""
        self._result, self._error, self._idle = None, "", False
        self._waiting, self._retry = anyio.CancelScope(), None
        self._working = True
        self._silence.begins(self._translation.crew.main_id)
        try:
            with self._waiting:
                await self._say(prompt)
                await self._until_over()
        except AgentGone:
            self._working = False
            raise
        finally:
            self._silence.ends()
        self._working = False
        # Nobody need decide any more what it asked for and did not wait for.
        for asking in list(self._asking.values()):
            asking.cancel()
        await self._tell(self._translation.rested())
        if self._result is None and self._retry is not None:
            return gave_up(self._retry, self._context.spec.patience)
        assert self._result is not None
        return turn_end(self._result, self._error)

    def _busy(self) -> bool:
        return bool(self._asking) or self._translation.calls.any_open or self._context.pausing

    async def _until_over(self) -> None:
        while not self._over():
            if self._gone:
                raise AgentGone("Claude Code ended")
            self._news = anyio.Event()
            await self._news.wait()

    async def stop(self, task_id: str | None) -> None:
        """Stop the turn, or one sub-agent's task. Raises ControlFailed."""
        if task_id is None:
            await self.control.ask("interrupt", ANSWER_SECONDS)
        else:
            await self.control.ask("stop_task", ANSWER_SECONDS, task_id=task_id)

    async def use_model(self, model: str) -> None:
        """Use another model from the next model call on. Raises ControlFailed."""
        await self.control.ask("set_model", ANSWER_SECONDS, model=model)

    def _over(self) -> bool:
        if self._result is None or self._translation.crew.works:
            return False
        return not self._tells_states or (self._idle and not self._unread)

    async def _say(self, text: str) -> None:
        uuid = str(uuid4())
        try:
            await self._program.send(user_message(uuid, text))
        except AgentGone:
            # Its end is told by its last line.
            self._gone = True

    async def _read(self) -> None:
        """Deal with every line; nothing here waits for a person or for an answer."""
        while (line := await self._program.receive()) is not None:
            self._silence.heard()
            try:
                if isinstance(line, Oversized):
                    raise NotALine(f"a line of {line.size:,} bytes, which is too long to be read")
                message = read_line(line)
            except NotALine as bad:
                await self._tell(self._bad_lines.told(str(bad)))
                continue
            async with self._taking:
                await self._take(message)
            self._news.set()
        self._gone = True
        self.control.gone()
        self._news.set()

    async def _follow_output(self) -> None:
        try:
            await self._output.follow()
        except (OSError, RuntimeError) as error:
            # Such as the kernel's limit of watches: then output comes with the end of a command.
            said = f"the output of commands comes only when they end: {error}"
            await self._context.emit(Diagnostic(code="no_live_output", message=said))

    async def _take(self, message: Object) -> None:
        match message.get("type"):
            case "control_response":
                self.control.answered(message)
            case "control_request":
                await self._asked(as_text(message.get("request_id")), as_object(message.get("request")))
            case "control_cancel_request":
                if (asking := self._asking.get(as_text(message.get("request_id")))) is not None:
                    asking.cancel()
            case _:
                crew = self._translation.crew
                # Before it is translated: a task that has ended is nobody's any more.
                agent_id = crew.agent_of(as_text(message.get("task_id")))
                if message.get("subtype") == "task_updated" and agent_id != crew.main_id:
                    self._ask_usage(agent_id)
                if message.get("type") == "user":
                    message = await with_whole_outputs(message, self._context.folder)
                await self._tell(self._translation.feed(message))
                self._heed(message)

    def _heed(self, message: Object) -> None:
        """What a message says about the state of the turn."""
        match message.get("type"), message.get("subtype"):
            case "result", _:
                self._result = message
            case "assistant", _:
                self._error = as_text(message.get("error")) or self._error
                if message.get("error") is None:
                    self._retry, self._waiting.deadline = None, math.inf
            case "command_lifecycle", _:
                uuid, ended = as_text(message.get("command_uuid")), message.get("state") in ENDS_SEEN
                (self._unread.discard if ended else self._unread.add)(uuid)
            case "system", "init":
                self.began = True
            case "system", "api_retry":
                self._lose_patience(message)
            case "system", "session_state_changed":
                self._tells_states = True
                self._idle = message.get("state") == "idle"
            case "user", _:
                if parent := as_text(message.get("agent_id")):
                    self._ask_usage(self._translation.crew.agent_of(parent))
            case "stream_event", _:
                self._retry, self._waiting.deadline = None, math.inf
                if as_object(message.get("event")).get("type") == "message_stop":
                    self._ask_usage(self._translation.crew.main_id)
            case _:
                pass

    def _lose_patience(self, retry: Object) -> None:
        """The model is asked again: not for ever, and hardly when it will not be another answer next time."""
        if self._retry is None:
            self._waiting.deadline = anyio.current_time() + self._context.spec.patience
        if retry.get("error_status") in HOPELESS and as_count(retry.get("attempt")) > 1:
            self._waiting.deadline = anyio.current_time()
        self._retry = retry

    async def _asked(self, request_id: str, request: Object) -> None:
        """Begin to answer: the answer may take as long as a person needs."""
        match request.get("subtype"):
            case "hook_callback":
                told = as_object(request.get("input"))
                await self._tell(self._translation.begun(told, as_object(told.get("tool_input"))))
                self._tasks.start_soon(self._answer_hook, request_id, as_text(told.get("agent_id")))
            case "can_use_tool":
                await self._tell(self._translation.begun(request, as_object(request.get("input"))))
                scope = self._asking[request_id] = anyio.CancelScope()
                self._tasks.start_soon(self._answer, request_id, request, scope)
            case subtype:
                self._tasks.start_soon(self._send, cannot(request_id, f"Mogplex knows no {subtype}"))

    async def _answer_hook(self, request_id: str, task_id: str) -> None:
        if not task_id:
            # Said now, it is read together with the result of this call.
            while (message := self._context.next_message(self._translation.crew.main_id)) is not None:
                await self._say(message)
        await self._send(hook_answer(request_id))

    async def _answer(self, request_id: str, request: Object, scope: anyio.CancelScope) -> None:
        try:
            with scope:
                await self._send(await self._permissions.answer(request_id, request))
        finally:
            self._asking.pop(request_id, None)
            self._silence.heard()

    def _ask_usage(self, agent_id: str) -> None:
        self._tasks.start_soon(self._report_usage, agent_id)

    async def _report_usage(self, agent_id: str) -> None:
        # One that does not know the question tells the same at the end of the turn.
        with suppress(ControlFailed):
            answer = await self.control.ask("get_usage", ANSWER_SECONDS)
            async with self._taking:
                await self._tell(self._translation.used(agent_id, answer))

    async def _send(self, line: bytes) -> None:
        # Its end is told by its last line.
        with suppress(AgentGone):
            await self._program.send(line)

    async def _tell(self, events: Sequence[Event]) -> None:
        await emit_all(self._context, events)

    async def _tell_output(self, use_id: str, text: str) -> None:
        await self._tell(self._translation.calls.output(use_id, text))
