"""What an agent tells, `session/update` by `session/update`, as contract events. Pure.

It takes the messages as they came, without a model of them: what an agent adds to the protocol, or gets wrong, must not
cost the rest.
"""

from collections.abc import Callable
from pathlib import Path

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import (
    AgentFinished,
    AgentPlanUpdated,
    AgentSpawned,
    AgentStatusChanged,
    PlanStep,
)
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, Reasoning, ReasoningDelta
from mogplex_contracts.events.notice import Diagnostic
from mogplex_daemon.harness.acp.agents.agent import Agent
from mogplex_daemon.harness.acp.calls import INTERRUPTED, Call, Calls, NewId
from mogplex_daemon.harness.acp.quiet import QUIET_UPDATES, STATUSES, STOP_REASONS, is_quiet
from mogplex_daemon.harness.acp.usage import Meter
from mogplex_daemon.harness.acp.words import block_text
from mogplex_daemon.harness.agents.oddities import Oddities
from mogplex_daemon.harness.agents.reading import Object, as_object, as_objects, as_text, summary

STEPS = {"pending": "pending", "in_progress": "in_progress", "completed": "done", "cancelled": "done"}
RESTARTS = 5
"""After so many answers in a row that were begun anew, none will be finished."""


class Translation:
    """Translates one run, also across a restart of the agent."""

    def __init__(self, agent: Agent, workspace: Path, new_id: NewId) -> None:
        self._agent = agent
        self._new_id = new_id
        self.agent_id = new_id("agt")
        self.model: str | None = None
        """The model the agent works with, when it tells."""
        self.calls = Calls(workspace, new_id)
        self.meter = Meter()
        self.restarts = 0
        """How many answers in a row were begun anew."""
        self.spoke = False
        """Whether it said something since `spoke` was set to False."""
        self.begun = False
        self._last_words = ""
        self._text: list[str] = []
        self._text_kind: tuple[bool, str] = (False, "")
        """Whether it is reasoning, and the agent's id of the message."""
        self._message_id = ""
        self._said_message = ""
        """The agent's id of the message that was said since the last call."""
        self._oddities = Oddities(agent.name)
        self._warned: set[str] = set()
        self._handlers: dict[str, Callable[[Object, int], list[Event]]] = {
            "agent_message_chunk": lambda update, _: self._chunk(update, reasoning=False),
            "agent_thought_chunk": lambda update, _: self._chunk(update, reasoning=True),
            "tool_call": self._tool_call,
            "tool_call_update": self._tool_call,
            "plan": lambda update, _: self._plan(update.get("entries")),
            "usage_update": lambda update, _: self._usage(update),
        }

    def begin(self) -> list[Event]:
        """The agent is there."""
        if self.begun:
            return []
        self.begun = True
        spawned = AgentSpawned(
            agent_id=self.agent_id, number=1, name=self._agent.name, role="builder", model=self.model
        )
        return [spawned]

    def feed(self, update: Object, now_ms: int) -> list[Event]:
        """The events of one update, in order; often one, often none. One of an unknown kind is told as such."""
        kind = as_text(update.get("sessionUpdate"))
        handler = self._handlers.get(kind)
        if handler is not None:
            return self._oddities.understood(kind, lambda: handler(update, now_ms))
        if kind in QUIET_UPDATES:
            return []
        return self._oddities.unknown(f"an update {kind}" if kind else "an update without a kind")

    def told(self, method: str) -> list[Event]:
        """A notification that is no update."""
        return [] if is_quiet(method) else self._oddities.unknown(method)

    def asked(self, tool_call: Object, now_ms: int) -> tuple[list[Event], Call | None]:
        """A request for permission also tells of the call it is about."""
        events = self._oddities.understood(
            "session/request_permission", lambda: self._asked(tool_call, now_ms)
        )
        return events, self.calls.get(as_text(tool_call.get("toolCallId")))

    def _asked(self, tool_call: Object, now_ms: int) -> list[Event]:
        events = self.close_text()
        self._said_message = ""
        call = self.calls.get(as_text(tool_call.get("toolCallId")))
        if call is None or not self._agent.is_preliminary(as_object(tool_call.get("rawInput"))):
            events += self.calls.update(self.agent_id, tool_call, now_ms, asking=True)
        return events

    def turn_begins(self) -> list[Event]:
        """A prompt is sent."""
        self.restarts, self._said_message = 0, ""
        return [AgentStatusChanged(agent_id=self.agent_id, status="thinking")]

    def turn_ends(self, result: Object, now_ms: int) -> list[Event]:
        """The prompt was answered. A call that is still open then has no end of its own."""
        events = self.close_text() + self.calls.close(now_ms)
        reason = as_text(result.get("stopReason"))
        if result and reason not in STOP_REASONS:
            events += self._oddities.unknown(f"the end {reason} of a turn")
        reports = self.meter.turn(result, self.agent_id, self.model)
        if reports and self._agent.usage_of_last_call:
            told = f"{self._agent.name} tells the tokens of the last model call of each turn only; its cost is whole"
            events += self.warn("usage_partial", told)
        return [*events, *reports]

    def interrupted(self, now_ms: int, why: str = INTERRUPTED) -> list[Event]:
        """Nothing is open any more, but the agent goes on."""
        return self.close_text() + self.calls.close(now_ms, why)

    def finish(self, now_ms: int, status: str, why: str) -> list[Event]:
        """The end of the agent."""
        if not self.begun:
            return []
        events = self.interrupted(now_ms, why)
        end = {"agent_id": self.agent_id, "status": status, "summary": summary(self._last_words)}
        return [*events, AgentFinished.model_validate(end)]

    def warn(self, code: str, message: str) -> list[Event]:
        """A diagnostic, once for each text."""
        if message in self._warned:
            return []
        self._warned.add(message)
        return [Diagnostic(code=code, message=message, agent_id=self.agent_id if self.begun else None)]

    def close_text(self) -> list[Event]:
        """What is being said ends here, whole or not: nothing that was seen live is lost."""
        text, (reasoning, _) = "".join(self._text), self._text_kind
        self._text = []
        if not text.strip():
            return []
        if reasoning:
            return [Reasoning(agent_id=self.agent_id, message_id=self._message_id, text=text)]
        self._last_words = text
        return [AssistantMessage(agent_id=self.agent_id, message_id=self._message_id, text=text)]

    def _chunk(self, update: Object, *, reasoning: bool) -> list[Event]:
        text = block_text(as_object(update.get("content")))
        if not text:
            return []
        kind = (reasoning, as_text(update.get("messageId")))
        events: list[Event] = []
        if not self._text or kind != self._text_kind:
            events += self.close_text()
            if not reasoning:
                events += self._anew(kind[1])
            self._text_kind, self._message_id = kind, self._new_id("msg")
        self._text.append(text)
        self.spoke = self.spoke or not reasoning
        delta = ReasoningDelta if reasoning else AssistantDelta
        return [*events, delta(agent_id=self.agent_id, message_id=self._message_id, text=text)]

    def _anew(self, message: str) -> list[Event]:
        """A message right behind another one: some agents say so that the first was cut off."""
        before, self._said_message = self._said_message, message
        if not self._agent.begins_anew or not before or before == message:
            return []
        self.restarts += 1
        told = f"{self._agent.name} begins its answer anew: the one before was cut off"
        return [Diagnostic(code="model_retry", message=told, agent_id=self.agent_id)]

    def _tool_call(self, update: Object, now_ms: int) -> list[Event]:
        if not as_text(update.get("toolCallId")):
            raise ValueError("a call without an id")
        self._said_message, self.restarts = "", 0
        events = self.close_text()
        events += self._plan(as_object(update.get("rawInput")).get("todos"))
        events += self.calls.update(self.agent_id, update, now_ms)
        status = update.get("status")
        if status is not None and as_text(status) not in STATUSES:
            events += self._oddities.unknown(f"the status {as_text(status)} of a call")
        return events

    def _plan(self, entries: object) -> list[Event]:
        steps = tuple(
            PlanStep.model_validate(
                {
                    "text": as_text(each.get("content")),
                    "status": STEPS.get(as_text(each.get("status")), "pending"),
                }
            )
            for each in as_objects(entries)
        )
        return [AgentPlanUpdated(agent_id=self.agent_id, steps=steps)] if steps else []

    def _usage(self, update: Object) -> list[Event]:
        self.meter.context(update)
        return []
