"""From what Claude Code says to contract events. Pure: a message in, events out."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.model import ModelRouted
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.run import RunModeChanged
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import AgentStatus, McpStatus
from mogplex_daemon.harness.agents.oddities import Oddities
from mogplex_daemon.harness.agents.reading import Object, as_count, as_object, as_objects, as_text
from mogplex_daemon.harness.claude_code.calls import INTERRUPTED, Calls
from mogplex_daemon.harness.claude_code.crew import CHOSEN, ENDS, Crew
from mogplex_daemon.harness.claude_code.quiet import (
    NOTICES,
    QUIET_BLOCKS,
    QUIET_STREAM,
    QUIET_SYSTEM,
    QUIET_TYPES,
)
from mogplex_daemon.harness.claude_code.texts import Texts
from mogplex_daemon.harness.claude_code.usage import Meter

LOST = "Claude Code ended before this call did. It may have run in part."
CUT = "the model's answer broke off; it is asked again"
COMPACTED = "Claude Code summed up the conversation to make room in its context"
SYNTHETIC = "<synthetic>"
"""The model of messages that Claude Code writes itself."""

SERVERS: Mapping[str, McpStatus] = {
    "pending": "starting",
    "connected": "ready",
    "failed": "unavailable",
    "needs-auth": "needs_auth",
    "disabled": "disabled",
}
"""Its words for how an MCP server is."""


class Translation:
    """Everything one run's Claude Code says, over all the processes it takes."""

    def __init__(self, workspace: Path, clock: Callable[[], float], model: str | None = None) -> None:
        """`model` is the one a person chose; `clock` gives monotonic seconds."""
        self.model = model
        """The one in use, as far as it is known; whoever switches it says so here."""
        self.crew = Crew()
        self.calls = Calls(workspace, clock)
        self.session_id = ""
        """Of the conversation, once it is known."""
        self._texts = Texts(lambda: new_id("msg"))
        self._meter = Meter()
        self._oddities = Oddities("Claude Code")
        self._server_states: dict[str, str] = {}
        self._planning = False
        self._streaming = False
        """Whether an answer of the model has begun and is not whole."""

    def feed(self, message: Object) -> list[Event]:
        """The events of one message, in order; often one, sometimes none. One of an unknown kind is told as such."""
        kind, subtype = as_text(message.get("type")), as_text(message.get("subtype"))
        what = f"{kind} {subtype}".strip() or "a message without a type"
        return self._present(self._oddities.understood(what, lambda: self._read(kind, subtype, message)))

    def _read(self, kind: str, subtype: str, message: Object) -> list[Event]:
        match kind:
            case "system":
                return self._system(subtype, message)
            case "stream_event":
                return self._streamed(as_object(message.get("event")))
            case "assistant":
                return self._assistant(message)
            case "user":
                return self._results(message)
            case "result":
                self._streaming = False
                return [*self._meter.reports(self.crew.main_id, as_object(message.get("modelUsage")))]
            case "conversation_reset":
                # After /clear it counts from 0 again.
                self._meter.restarted()
                return []
            case _ if kind in QUIET_TYPES:
                return []
            case _:
                return self._oddities.unknown(kind or "a message without a type")

    def _present(self, events: list[Event]) -> list[Event]:
        """Whoever something is told of is there: the main agent is announced before, also without its `init`."""
        if self.crew.begun or all(isinstance(event, Diagnostic) for event in events):
            return events
        return [*self.crew.begin(self.model or ""), *events]

    def begun(self, asked: Object, tool_input: Object) -> list[Event]:
        """A tool call is about to be asked; `asked` names the call, its tool and the task it belongs to."""
        agent_id = self.crew.agent_of(as_text(asked.get("agent_id")))
        use_id, tool = as_text(asked.get("tool_use_id")), as_text(asked.get("tool_name"))
        return self._present(self.calls.begun(use_id, agent_id, tool, tool_input))

    def used(self, agent_id: str, answer: Object) -> list[Event]:
        """The answer to a question about usage that was put when a model call of this agent ended."""
        return [
            *self._meter.reports(agent_id, as_object(as_object(answer.get("session")).get("model_usage")))
        ]

    def rested(self) -> list[Event]:
        """It has nothing more to do: a call that is still open has no end of its own."""
        return [*self._texts.close(self.crew.main_id), *self.calls.close_all(INTERRUPTED)]

    def lost(self) -> list[Event]:
        """The process has ended in the middle: what was open is closed."""
        self._streaming = False
        self._meter.restarted()
        said = self._texts.close(self.crew.main_id)
        return [*said, *self.calls.close_all(LOST), *self.crew.lost("Claude Code ended")]

    def _system(self, subtype: str, message: Object) -> list[Event]:
        task_id = as_text(message.get("task_id"))
        match subtype:
            case "init":
                return self._init(message)
            case "status":
                return self._status(message)
            case "task_started":
                return self._started(message)
            case "task_progress":
                tokens = as_count(as_object(message.get("usage")).get("total_tokens"))
                self._meter.context(self.crew.agent_of(task_id), tokens)
                return []
            case "task_updated":
                return self._ended(task_id, as_text(as_object(message.get("patch")).get("status")), "")
            case "task_notification":
                # It comes with the end alone, whatever that is called.
                status = as_text(message.get("status"))
                odd = [] if status in ENDS else self._oddities.unknown(f"the end {status} of a task")
                end = status if status in ENDS else "failed"
                return odd + self._ended(task_id, end, as_text(message.get("summary")))
            case "api_retry":
                return self._diagnostic("model_retry", retry_words(message))
            case "compact_boundary":
                return self._diagnostic("context_compacted", COMPACTED)
            case _ if subtype in NOTICES:
                return self._notice(message)
            case _ if subtype in QUIET_SYSTEM:
                return []
            case _:
                return self._oddities.unknown(f"system {subtype}".strip())

    def _started(self, message: Object) -> list[Event]:
        """A task begins: a sub-agent's, or a command's, whose call tells of it."""
        match as_text(message.get("task_type")):
            case "local_agent":
                call = self.calls.find(as_text(message.get("tool_use_id")))
                return self.crew.spawn(message, call.agent_id if call else self.crew.main_id)
            case "local_bash":
                return []
            case kind:
                return self._oddities.unknown(f"a task {kind or 'without a type'}")

    def _notice(self, message: Object) -> list[Event]:
        """Words for whoever uses it, when they are more than a hint."""
        urgency = (message.get("level"), message.get("color"))
        said = as_text(message.get("content")) or as_text(message.get("text"))
        if not said or not {"warning", "error"}.intersection(
            each for each in urgency if isinstance(each, str)
        ):
            return []
        return self._diagnostic("agent_notice", one_line(said))

    def _init(self, message: Object) -> list[Event]:
        """A turn begins; it says with which model."""
        self.session_id = as_text(message.get("session_id")) or self.session_id
        before, model = self.model, as_text(message.get("model")) or self.model
        self.model = model
        events = self.crew.begin(model or "")
        if model and model != before:
            events.append(ModelRouted(to=model, from_model=before, reason=CHOSEN))
        return [*events, *self._servers(as_objects(message.get("mcp_servers")))]

    def _servers(self, told: Sequence[Object]) -> list[Event]:
        """What has changed of its MCP servers since it last told of them."""
        now = {as_text(each.get("name")): as_text(each.get("status")) for each in told}
        before, self._server_states = self._server_states, now
        odd = [
            event
            for state in now.values()
            if state not in SERVERS
            for event in self._oddities.unknown(f"the state {state} of an MCP server")
        ]
        return odd + [
            McpServerChanged(server=name, status=SERVERS.get(state, "degraded"), source="claude-code")
            for name, state in now.items()
            if name and before.get(name) != state
        ]

    def _status(self, message: Object) -> list[Event]:
        events: list[Event] = []
        if isinstance(mode := message.get("permissionMode"), str) and (mode == "plan") != self._planning:
            self._planning = mode == "plan"
            events.append(RunModeChanged(mode="planning" if self._planning else "executing"))
        thinking: AgentStatus = "planning" if self._planning else "thinking"
        match message.get("status"):
            case "requesting":
                action = ""
            case "compacting":
                action = "sums up its context"
            case _:
                return events
        return [*events, AgentStatusChanged(agent_id=self.crew.main_id, status=thinking, action=action)]

    def _ended(self, task_id: str, status: str, summary: str) -> list[Event]:
        """A sub-agent has ended; told by two messages, of which the first counts."""
        end = self.crew.ended(task_id, status, summary)
        return [*self.calls.close_all(INTERRUPTED, end.agent_id), end] if end else []

    def _streamed(self, event: Object) -> list[Event]:
        told: list[Event] = []
        match event.get("type"):
            case "message_start":
                told = self._diagnostic("model_retry", CUT) if self._streaming else []
                self._streaming = True
            case "message_delta":
                # It comes only with an answer that is whole; the end of the stream comes with every one.
                self._streaming = False
                self._meter.streamed(self.crew.main_id, as_object(event.get("usage")))
            case kind if kind in QUIET_STREAM:
                pass
            case kind:
                told = self._oddities.unknown(f"stream_event {as_text(kind)}".strip())
        return [*told, *self._texts.streamed(self.crew.main_id, event)]

    def _assistant(self, message: Object) -> list[Event]:
        said = as_object(message.get("message"))
        if said.get("model") == SYNTHETIC and message.get("error") is not None:
            # What went wrong is told by the end of the turn.
            return []
        agent_id = self.crew.speaker(as_text(message.get("parent_tool_use_id")))
        events = self.crew.spoke(agent_id, as_text(said.get("model")))
        for block in as_objects(said.get("content")):
            match block.get("type"):
                case "text" | "thinking":
                    events += self._texts.whole(agent_id, as_text(said.get("id")), block)
                case "tool_use":
                    self.calls.written(block)
                case kind if kind in QUIET_BLOCKS:
                    pass
                case kind:
                    events += self._oddities.unknown(f"a part {as_text(kind)} of a message")
        return events

    def _results(self, message: Object) -> list[Event]:
        agent_id = self.crew.speaker(as_text(message.get("parent_tool_use_id")))
        metas = {as_text(meta.get("id")): meta for meta in as_objects(message.get("tool_result_meta"))}
        result = as_object(message.get("tool_use_result"))
        events: list[Event] = []
        for block in as_objects(as_object(message.get("message")).get("content")):
            kind = as_text(block.get("type"))
            if kind == "tool_result":
                use_id = as_text(block.get("tool_use_id"))
                events += self.calls.ended(use_id, agent_id, block, metas.get(use_id, {}), result)
            elif kind not in QUIET_BLOCKS:
                events += self._oddities.unknown(f"a part {kind} of an answer to it")
        return events

    def _diagnostic(self, code: str, message: str) -> list[Event]:
        return [Diagnostic(code=code, message=message, agent_id=self.crew.main_id)]


def retry_words(message: Object) -> str:
    """Why a model call is tried again, and when."""
    status, error = message.get("error_status"), as_text(message.get("error")).replace("_", " ")
    said = f"the model's server answered {status}" if status else "the model's server could not be reached"
    seconds = as_count(message.get("retry_delay_ms")) / 1000
    tries = f"try {as_count(message.get('attempt'))} of {as_count(message.get('max_retries'))}"
    return f"{said}{f' ({error})' if error and error != 'unknown' else ''}; {tries} in {seconds:.1f} s"
