"""From what Claude Code says to contract events. Pure: a message in, events out; `clock` gives monotonic seconds."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned, AgentStatusChanged
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.patch import PatchApplied, PatchRejected
from mogplex_contracts.events.run import RunModeChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import AgentStatus, ToolOutcome
from mogplex_daemon.harness.claude_code.plans import Plans
from mogplex_daemon.harness.claude_code.protocol import Object, items, number, obj, string, text_of
from mogplex_daemon.harness.claude_code.texts import Texts
from mogplex_daemon.harness.claude_code.tools import (
    action_words,
    kind_of,
    role_of,
    sort_of,
    status_of,
    target_of,
)
from mogplex_daemon.harness.claude_code.usage import Meter

NAME = "claude"
EXIT_CODE = re.compile(r"Exit code (\d+)\n?")
STOPPED = "The user doesn't want to proceed with this tool use."
"""How the result of a call begins that an interrupt stopped."""
INTERRUPTED = "This call was interrupted. It may have run in part."
LOST = "Claude Code ended before this call did. It may have run in part."
CUT = "the model's answer broke off; it is asked again"
SYNTHETIC = "<synthetic>"
"""The model of messages that Claude Code writes itself."""
ENDS: dict[str, Literal["completed", "failed", "killed"]] = {
    "completed": "completed",
    "failed": "failed",
    "stopped": "killed",
    "killed": "killed",
}


@dataclass(slots=True)
class _Call:
    """A tool call that has begun and not ended."""

    call_id: str
    agent_id: str
    tool: str
    tool_input: Object
    started: float
    patch_id: str | None = None
    denied: bool = False


@dataclass(slots=True)
class _SubAgent:
    agent_id: str
    use_id: str
    """The call that it works for."""
    parent_id: str


class Translation:
    """Everything one run's Claude Code says, over all the processes it takes."""

    def __init__(self, workspace: Path, clock: Callable[[], float]) -> None:
        self._workspace = workspace
        self._clock = clock
        self.main_id = new_id("agt")
        self.session_id = ""
        """Of the conversation, once it is known."""
        self.model = ""
        self.meter = Meter()
        self._spawned = 0
        self._texts = Texts(lambda: new_id("msg"))
        self._plans = Plans()
        self._proposed: dict[str, tuple[str, Object]] = {}
        """Calls the model has written, by their id: tool and input."""
        self._calls: dict[str, _Call] = {}
        self._sub_agents: dict[str, _SubAgent] = {}
        """Those that work now, by the id of their task."""
        self._planning = False
        self._streaming = False
        """Whether an answer of the model has begun and not ended."""

    @property
    def spawned(self) -> bool:
        """Whether the main agent has been told of."""
        return self._spawned > 0

    @property
    def works(self) -> bool:
        """Whether a sub-agent works now."""
        return bool(self._sub_agents)

    def agent_of(self, task_id: str) -> str:
        """The agent whose task this is; the main agent for none."""
        sub_agent = self._sub_agents.get(task_id)
        return sub_agent.agent_id if sub_agent else self.main_id

    def task_of(self, agent_id: str) -> str | None:
        """The task of a sub-agent that works now."""
        return next((task for task, each in self._sub_agents.items() if each.agent_id == agent_id), None)

    def proposed(self, use_id: str) -> Object:
        """The input of a call as the model wrote it."""
        return self._proposed.get(use_id, ("", {}))[1]

    def call_id(self, use_id: str) -> str:
        """The id our events have for a call that has begun; empty when it has not."""
        call = self._calls.get(use_id)
        return call.call_id if call else ""

    def feed(self, message: Object) -> list[Event]:
        """The events of one message, in order; often one, sometimes none."""
        match message.get("type"):
            case "system":
                return self._system(message)
            case "stream_event":
                return self._streamed(obj(message.get("event")))
            case "assistant":
                return self._assistant(message)
            case "user":
                return self._results(message)
            case "result":
                self._streaming = False
                return self._used(self.main_id, obj(message.get("modelUsage")))
            case _:
                return []

    def begun(self, use_id: str, task_id: str, tool: str, tool_input: Object) -> list[Event]:
        """A tool call begins: it is about to be asked. Told once, however often it is heard of."""
        if use_id in self._calls:
            return []
        agent_id = self.agent_of(task_id)
        call = self._calls[use_id] = _Call(new_id("call"), agent_id, tool, tool_input, self._clock())
        return self._started(call)

    def proposes(self, use_id: str, patch_id: str) -> None:
        """A call would make this patch."""
        if use_id in self._calls:
            self._calls[use_id].patch_id = patch_id

    def denied(self, use_id: str) -> None:
        """A call was denied: that is how its result is to be read."""
        if use_id in self._calls:
            self._calls[use_id].denied = True

    def used(self, agent_id: str, answer: Object) -> list[Event]:
        """The answer to a question about usage that was put when a model call of this agent ended."""
        return self._used(agent_id, obj(obj(answer.get("session")).get("model_usage")))

    def lost(self) -> list[Event]:
        """The process has ended in the middle: what was open is closed."""
        events = [*self._texts.close(self.main_id)]
        for use_id in tuple(self._calls):
            events += self._finish(use_id, "interrupted", LOST, None)
        for task_id in tuple(self._sub_agents):
            events += self._ended(task_id, "failed", "Claude Code ended.")
        self._proposed.clear()
        self._streaming = False
        self.meter.restarted()
        return events

    def _system(self, message: Object) -> list[Event]:
        task_id = string(message.get("task_id"))
        match message.get("subtype"):
            case "init":
                return self._init(message)
            case "status":
                return self._status(message)
            case "task_started" if message.get("task_type") == "local_agent":
                return self._spawn(task_id, message)
            case "task_progress":
                tokens = number(obj(message.get("usage")).get("total_tokens"))
                self.meter.context(self.agent_of(task_id), tokens)
                return []
            case "task_updated":
                return self._ended(task_id, string(obj(message.get("patch")).get("status")), "")
            case "task_notification":
                return self._ended(task_id, string(message.get("status")), string(message.get("summary")))
            case "api_retry":
                return [Diagnostic(code="model_retry", message=retry_words(message), agent_id=self.main_id)]
            case "compact_boundary":
                said = "Claude Code summed up the conversation to make room in its context"
                return [Diagnostic(code="context_compacted", message=said, agent_id=self.main_id)]
            case "informational" if message.get("level") in ("warning", "error"):
                said = one_line(string(message.get("content")))
                return [Diagnostic(code="agent_notice", message=said, agent_id=self.main_id)]
            case _:
                return []

    def _init(self, message: Object) -> list[Event]:
        self.session_id = string(message.get("session_id"))
        self.model = string(message.get("model"))
        if self._spawned:
            return []
        self._spawned = 1
        return [
            AgentSpawned(agent_id=self.main_id, number=1, name=NAME, role="builder", model=self.model or None)
        ]

    def _status(self, message: Object) -> list[Event]:
        events: list[Event] = []
        if isinstance(mode := message.get("permissionMode"), str) and (mode == "plan") != self._planning:
            self._planning = mode == "plan"
            events.append(RunModeChanged(mode="planning" if self._planning else "executing"))
        thinking: AgentStatus = "planning" if self._planning else "thinking"
        if message.get("status") == "requesting":
            events.append(AgentStatusChanged(agent_id=self.main_id, status=thinking))
        if message.get("status") == "compacting":
            events.append(
                AgentStatusChanged(agent_id=self.main_id, status=thinking, action="sums up its context")
            )
        return events

    def _spawn(self, task_id: str, message: Object) -> list[Event]:
        if task_id in self._sub_agents:
            return []
        use_id, kind = string(message.get("tool_use_id")), string(message.get("subagent_type"))
        call = self._calls.get(use_id)
        parent_id = call.agent_id if call else self.main_id
        self._spawned += 1
        self._sub_agents[task_id] = agent = _SubAgent(new_id("agt"), use_id, parent_id)
        name = one_line(string(message.get("description")) or kind or "agent", 40)
        return [
            AgentSpawned(
                agent_id=agent.agent_id,
                number=self._spawned,
                name=name,
                role=role_of(kind),
                model=None,
                parent_id=parent_id,
            ),
            AgentStatusChanged(agent_id=agent.agent_id, status="thinking"),
        ]

    def _ended(self, task_id: str, status: str, summary: str) -> list[Event]:
        """A sub-agent has ended; told by two messages, of which the first counts."""
        end = ENDS.get(status)
        if end is None or task_id not in self._sub_agents:
            return []
        agent = self._sub_agents.pop(task_id)
        events: list[Event] = []
        for use_id in [use_id for use_id, call in self._calls.items() if call.agent_id == agent.agent_id]:
            events += self._finish(use_id, "interrupted", INTERRUPTED, None)
        return [*events, AgentFinished(agent_id=agent.agent_id, status=end, summary=one_line(summary))]

    def _streamed(self, event: Object) -> list[Event]:
        broken: list[Event] = []
        match event.get("type"):
            case "message_start":
                if self._streaming:
                    broken.append(Diagnostic(code="model_retry", message=CUT, agent_id=self.main_id))
                self._streaming = True
            case "message_delta":
                # It comes only with an answer that is whole; the end of the stream comes with every one.
                self._streaming = False
                self.meter.streamed(self.main_id, obj(event.get("usage")))
            case _:
                pass
        return [*broken, *self._texts.streamed(self.main_id, event)]

    def _assistant(self, message: Object) -> list[Event]:
        said = obj(message.get("message"))
        if said.get("model") == SYNTHETIC and message.get("error") is not None:
            return []
        agent_id = self._speaker(message)
        events: list[Event] = []
        for block in items(said.get("content")):
            match block.get("type"):
                case "text" | "thinking":
                    events += self._texts.whole(agent_id, string(said.get("id")), block)
                case "tool_use":
                    self._proposed[string(block.get("id"))] = (
                        string(block.get("name")),
                        obj(block.get("input")),
                    )
                case _:
                    pass
        return events

    def _results(self, message: Object) -> list[Event]:
        events: list[Event] = []
        metas = {string(meta.get("id")): meta for meta in items(message.get("tool_result_meta"))}
        for block in items(obj(message.get("message")).get("content")):
            if block.get("type") != "tool_result":
                continue
            use_id = string(block.get("tool_use_id"))
            if use_id not in self._calls and use_id in self._proposed:
                # It failed before it could be asked, such as a call with wrong arguments.
                tool, tool_input = self._proposed[use_id]
                events += self.begun(use_id, string(message.get("agent_id")), tool, tool_input)
            if use_id in self._calls:
                result = obj(message.get("tool_use_result"))
                events += self._result(use_id, block, obj(metas.get(use_id)), result)
        return events

    def _result(self, use_id: str, block: Object, meta: Object, result: Object) -> list[Event]:
        call = self._calls[use_id]
        text = text_of(block.get("content"))
        outcome = _outcome(call, block, meta, text)
        exit_code: int | None = None
        if sort_of(call.tool) == "command" and outcome in ("ok", "error"):
            found = EXIT_CODE.match(text)
            exit_code = int(found[1]) if found else 0 if outcome == "ok" else None
            text = text[found.end() :] if found else text
        if outcome == "interrupted":
            text = INTERRUPTED
        plan = (
            self._plans.finished(call.agent_id, call.tool, call.tool_input, result)
            if outcome == "ok"
            else None
        )
        return [*self._finish(use_id, outcome, text, exit_code), *([plan] if plan else [])]

    def _started(self, call: _Call) -> list[Event]:
        target = target_of(call.tool, call.tool_input, self._workspace)
        return [
            AgentStatusChanged(
                agent_id=call.agent_id, status=status_of(call.tool), action=action_words(call.tool, target)
            ),
            ToolStarted(
                call_id=call.call_id,
                agent_id=call.agent_id,
                tool=call.tool,
                action=kind_of(call.tool),
                target=target,
                input=dict(call.tool_input),
            ),
        ]

    def _finish(self, use_id: str, outcome: ToolOutcome, text: str, exit_code: int | None) -> list[Event]:
        call = self._calls.pop(use_id)
        self._proposed.pop(use_id, None)
        finished = ToolFinished(
            call_id=call.call_id,
            outcome=outcome,
            output=text,
            exit_code=exit_code,
            duration_ms=round((self._clock() - call.started) * 1000),
        )
        if call.patch_id is None:
            return [finished]
        patch = (
            PatchApplied(patch_id=call.patch_id)
            if outcome == "ok"
            else PatchRejected(patch_id=call.patch_id, reason=one_line(text))
        )
        return [patch, finished]

    def _used(self, agent_id: str, by_model: Object) -> list[Event]:
        return [*self.meter.reports(agent_id, by_model)]

    def _speaker(self, message: Object) -> str:
        """Who says it: a sub-agent when it belongs to the call that one works for."""
        parent = string(message.get("parent_tool_use_id"))
        agents = (each.agent_id for each in self._sub_agents.values() if each.use_id == parent)
        return next(agents, self.main_id) if parent else self.main_id


def _outcome(call: _Call, block: Object, meta: Object, text: str) -> ToolOutcome:
    if block.get("is_error") is not True:
        return "ok"
    if call.denied or obj(meta.get("permission_decision")).get("decision") == "reject":
        return "denied"
    if meta.get("non_execution_kind") == "user-rejected" or text.startswith(STOPPED):
        return "interrupted"
    return "error"


def retry_words(message: Object) -> str:
    """Why a model call is tried again, and when."""
    status, error = message.get("error_status"), string(message.get("error")).replace("_", " ")
    said = f"the model's server answered {status}" if status else "the model's server could not be reached"
    seconds = number(message.get("retry_delay_ms")) / 1000
    tries = f"try {number(message.get('attempt'))} of {number(message.get('max_retries'))}"
    return f"{said}{f' ({error})' if error else ''}; {tries} in {seconds:.1f} s"
