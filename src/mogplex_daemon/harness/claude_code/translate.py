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
from mogplex_daemon.harness.claude_code.calls import INTERRUPTED, Calls
from mogplex_daemon.harness.claude_code.crew import CHOSEN, Crew
from mogplex_daemon.harness.claude_code.protocol import Object, items, number, obj, string
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
        self._server_states: dict[str, str] = {}
        self._planning = False
        self._streaming = False
        """Whether an answer of the model has begun and is not whole."""

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
                return [*self._meter.reports(self.crew.main_id, obj(message.get("modelUsage")))]
            case _:
                return []

    def begun(self, asked: Object, tool_input: Object) -> list[Event]:
        """A tool call is about to be asked; `asked` names the call, its tool and the task it belongs to."""
        agent_id = self.crew.agent_of(string(asked.get("agent_id")))
        use_id, tool = string(asked.get("tool_use_id")), string(asked.get("tool_name"))
        return self.calls.begun(use_id, agent_id, tool, tool_input)

    def used(self, agent_id: str, answer: Object) -> list[Event]:
        """The answer to a question about usage that was put when a model call of this agent ended."""
        return [*self._meter.reports(agent_id, obj(obj(answer.get("session")).get("model_usage")))]

    def lost(self) -> list[Event]:
        """The process has ended in the middle: what was open is closed."""
        self._streaming = False
        self._meter.restarted()
        said = self._texts.close(self.crew.main_id)
        return [*said, *self.calls.close_all(LOST), *self.crew.lost("Claude Code ended")]

    def _system(self, message: Object) -> list[Event]:
        task_id = string(message.get("task_id"))
        match message.get("subtype"):
            case "init":
                return self._init(message)
            case "status":
                return self._status(message)
            case "task_started" if message.get("task_type") == "local_agent":
                call = self.calls.find(string(message.get("tool_use_id")))
                return self.crew.spawn(message, call.agent_id if call else self.crew.main_id)
            case "task_progress":
                tokens = number(obj(message.get("usage")).get("total_tokens"))
                self._meter.context(self.crew.agent_of(task_id), tokens)
                return []
            case "task_updated":
                return self._ended(task_id, string(obj(message.get("patch")).get("status")), "")
            case "task_notification":
                return self._ended(task_id, string(message.get("status")), string(message.get("summary")))
            case "api_retry":
                return self._diagnostic("model_retry", retry_words(message))
            case "compact_boundary":
                return self._diagnostic("context_compacted", COMPACTED)
            case "informational" if message.get("level") in ("warning", "error"):
                return self._diagnostic("agent_notice", one_line(string(message.get("content"))))
            case _:
                return []

    def _init(self, message: Object) -> list[Event]:
        """A turn begins; it says with which model."""
        self.session_id = string(message.get("session_id"))
        before, model = self.model, string(message.get("model")) or self.model
        self.model = model
        events = self.crew.begin(model or "")
        if model and model != before:
            events.append(ModelRouted(to=model, from_model=before, reason=CHOSEN))
        return [*events, *self._servers(items(message.get("mcp_servers")))]

    def _servers(self, told: Sequence[Object]) -> list[Event]:
        """What has changed of its MCP servers since it last told of them."""
        now = {string(each.get("name")): string(each.get("status")) for each in told}
        before, self._server_states = self._server_states, now
        return [
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
                self._meter.streamed(self.crew.main_id, obj(event.get("usage")))
            case _:
                pass
        return [*told, *self._texts.streamed(self.crew.main_id, event)]

    def _assistant(self, message: Object) -> list[Event]:
        said = obj(message.get("message"))
        if said.get("model") == SYNTHETIC and message.get("error") is not None:
            # What went wrong is told by the end of the turn.
            return []
        agent_id = self.crew.speaker(string(message.get("parent_tool_use_id")))
        events = self.crew.spoke(agent_id, string(said.get("model")))
        for block in items(said.get("content")):
            match block.get("type"):
                case "text" | "thinking":
                    events += self._texts.whole(agent_id, string(said.get("id")), block)
                case "tool_use":
                    self.calls.written(block)
                case _:
                    pass
        return events

    def _results(self, message: Object) -> list[Event]:
        agent_id = self.crew.speaker(string(message.get("parent_tool_use_id")))
        metas = {string(meta.get("id")): meta for meta in items(message.get("tool_result_meta"))}
        result = obj(message.get("tool_use_result"))
        events: list[Event] = []
        for block in items(obj(message.get("message")).get("content")):
            if block.get("type") == "tool_result":
                use_id = string(block.get("tool_use_id"))
                events += self.calls.ended(use_id, agent_id, block, metas.get(use_id, {}), result)
        return events

    def _diagnostic(self, code: str, message: str) -> list[Event]:
        return [Diagnostic(code=code, message=message, agent_id=self.crew.main_id)]


def retry_words(message: Object) -> str:
    """Why a model call is tried again, and when."""
    status, error = message.get("error_status"), string(message.get("error")).replace("_", " ")
    said = f"the model's server answered {status}" if status else "the model's server could not be reached"
    seconds = number(message.get("retry_delay_ms")) / 1000
    tries = f"try {number(message.get('attempt'))} of {number(message.get('max_retries'))}"
    return f"{said}{f' ({error})' if error and error != 'unknown' else ''}; {tries} in {seconds:.1f} s"
