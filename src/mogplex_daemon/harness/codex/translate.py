"""From codex's notifications to contract events. Pure but for what it remembers: a message in, events out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import (
    AgentFinished,
    AgentPlanUpdated,
    AgentStatusChanged,
    PlanStep,
)
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.model import ModelRouted
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.usage import UsageReported
from mogplex_contracts.vocabulary import McpStatus
from mogplex_daemon.harness.agents.oddities import Oddities
from mogplex_daemon.harness.agents.reading import as_count, as_list, as_object, as_text, summary
from mogplex_daemon.harness.codex.crew import Crew, Member
from mogplex_daemon.harness.codex.items import OUTCOMES, Items, Key, NewId
from mogplex_daemon.harness.codex.protocol import (
    CollabCall,
    Item,
    PatchUpdate,
    PlanStepShape,
    SubAgentActivity,
    Tokens,
    TokenUsage,
    Turn,
    TurnError,
    read_item,
    read_shape,
)
from mogplex_daemon.harness.codex.quiet import QUIET_ITEMS, QUIET_METHODS

Params = dict[str, Any]
ENDS = {"completed": "completed", "interrupted": "killed", "failed": "failed"}
"""How a sub-agent ended, by how its turn did."""
STEPS = {"pending": "pending", "inProgress": "in_progress", "completed": "done"}
SERVERS: dict[str, McpStatus] = {
    "starting": "starting",
    "ready": "ready",
    "failed": "unavailable",
    "cancelled": "disabled",
}


class Translation:
    """Translates one run, across all threads, and across a restart of codex."""

    def __init__(self, workspace: Path, new_id: NewId) -> None:
        self.crew = Crew(lambda: new_id("agt"))
        self.items = Items(workspace, new_id)
        self._oddities = Oddities("codex")
        self._odd: list[str] = []
        """What was not understood of the message that is read now."""
        self._warned: set[str] = set()
        self._handlers: dict[str, Callable[[Params], list[Event]]] = {
            "turn/started": self._turn_started,
            "turn/completed": self._turn_completed,
            "turn/plan/updated": self._plan,
            "item/started": self._item_started,
            "item/completed": self._item_completed,
            "item/agentMessage/delta": self._text_delta,
            "item/reasoning/summaryTextDelta": self._text_delta,
            "item/reasoning/summaryPartAdded": self._reasoning_part,
            "item/reasoning/textDelta": self._text_delta,
            "item/commandExecution/outputDelta": self._output_delta,
            "item/fileChange/patchUpdated": self._patch_updated,
            "item/mcpToolCall/progress": self._progress,
            "thread/tokenUsage/updated": self._usage,
            "error": self._error,
            "warning": self._warning,
            "guardianWarning": self._warning,
            "configWarning": self._config_warning,
            "model/rerouted": self._rerouted,
            "mcpServer/startupStatus/updated": self._mcp_server,
        }

    def feed(self, method: str, params: Params) -> list[Event]:
        """The events of one notification, in order; often one, often none. One of an unknown kind is told as such."""
        handler = self._handlers.get(method)
        if handler is not None:
            events = self._oddities.understood(method, lambda: handler(params))
            while self._odd:
                events += self._oddities.misread(f"{self._odd.pop()} of {method}")
            return events
        return [] if method in QUIET_METHODS else self._oddities.unknown(method)

    def begin(self, thread_id: str, model: str | None) -> list[Event]:
        """The main agent's thread is there."""
        return [self.crew.add(thread_id, model).spawned]

    def close_all(self, now_ms: int, status: str, why: str) -> list[Event]:
        """The end of codex: nothing is open any more, and no agent works. `status` is that of the main agent."""
        events: list[Event] = []
        for member in reversed(self.crew.members):
            events += self.items.close(member.thread_id, now_ms, why=why)
            stopped = member is not self.crew.main and member.turn_id is not None
            events += self._finish(member, "killed" if stopped else status)
        return events

    def close_items(self, now_ms: int, why: str) -> list[Event]:
        """Nothing is open any more, but the agents go on."""
        events: list[Event] = []
        for member in self.crew.members:
            member.turn_id = None
            events += self.items.close(member.thread_id, now_ms, why=why)
        return events

    def warn(self, code: str, message: str, agent_id: str | None = None) -> list[Event]:
        """A diagnostic, once for each text."""
        if message in self._warned:
            return []
        self._warned.add(message)
        return [Diagnostic(code=code, message=message, agent_id=agent_id)]

    def _turn_started(self, params: Params) -> list[Event]:
        events, member = self._member(params)
        member.turn_id = read_shape(Turn, params.get("turn"), self._odd).id
        member.finished = False
        return [*events, AgentStatusChanged(agent_id=member.agent_id, status="thinking")]

    def _turn_completed(self, params: Params) -> list[Event]:
        turn = read_shape(Turn, params.get("turn"), self._odd)
        events, member = self._member(params)
        member.turn_id = None
        if turn.status not in ENDS:
            events += self._oddities.unknown(f"the end {turn.status} of a turn")
        if turn.status == "completed":
            # A command may outlive its turn; what was being said does not.
            events += self.items.close_texts(member.thread_id)
        else:
            events += self.items.close(member.thread_id, _milliseconds(params))
        if member is not self.crew.main:
            if turn.status == "failed" and turn.error is not None:
                events += self.warn("agent_failed", f"{member.name}: {turn.error.message}", member.agent_id)
            events += self._finish(member, ENDS.get(turn.status, "failed"))
        return events

    def _finish(self, member: Member, status: str) -> list[Event]:
        if member.finished:
            return []
        member.finished = True
        ended = AgentFinished.model_validate(
            {"agent_id": member.agent_id, "status": status, "summary": summary(member.last_words)}
        )
        return [ended]

    def _plan(self, params: Params) -> list[Event]:
        steps = [read_shape(PlanStepShape, step, self._odd) for step in as_list(params.get("plan"))]
        events, member = self._member(params)
        return [
            *events,
            AgentPlanUpdated(
                agent_id=member.agent_id,
                steps=tuple(
                    PlanStep.model_validate({"text": each.step, "status": STEPS.get(each.status, "pending")})
                    for each in steps
                ),
            ),
        ]

    def _item_started(self, params: Params) -> list[Event]:
        item = read_item(as_object(params.get("item")), self._odd)
        events, member = self._member(params)
        if item is None:
            return events + self._passed_over(params)
        if isinstance(item, CollabCall):
            return events + self._deals(member, item)
        if isinstance(item, SubAgentActivity):
            return events + self._born(member, item.agent_thread_id, item.model)
        return events + self.items.start(member, self._key(params, item.id), item, _started(params))

    def _item_completed(self, params: Params) -> list[Event]:
        item = read_item(as_object(params.get("item")), self._odd)
        events, member = self._member(params)
        if item is None:
            return events + self._passed_over(params)
        if isinstance(item, CollabCall):
            return events + self._dealt(member, item)
        if isinstance(item, SubAgentActivity):
            return events + self._born(member, item.agent_thread_id, item.model)
        status = _unknown_status(item)
        if status is not None:
            events += self._oddities.unknown(f"the status {status} of an item")
        key = self._key(params, item.id)
        return events + self.items.end(member, key, item, _started(params), _milliseconds(params))

    def _passed_over(self, params: Params) -> list[Event]:
        """An item that is not shown."""
        kind = as_text(as_object(params.get("item")).get("type"))
        return [] if kind in QUIET_ITEMS else self._oddities.unknown(f"an item {kind or 'without a type'}")

    def _deals(self, member: Member, item: CollabCall) -> list[Event]:
        if item.tool != "wait":
            return []
        names = [each.name for each in map(self.crew.of_thread, item.receiver_thread_ids) if each is not None]
        return [
            AgentStatusChanged(
                agent_id=member.agent_id,
                status="blocked",
                action=f"waiting for {', '.join(names) or 'agents'}",
            )
        ]

    def _dealt(self, member: Member, item: CollabCall) -> list[Event]:
        events: list[Event] = []
        if item.tool == "spawnAgent":
            for thread_id in item.receiver_thread_ids:
                events += self._born(member, thread_id, item.model)
        if item.tool == "wait":
            events.append(AgentStatusChanged(agent_id=member.agent_id, status="thinking"))
        return events

    def _born(self, parent: Member, thread_id: str, model: str | None) -> list[Event]:
        """A thread that an agent of ours started has that agent as its parent."""
        if self.crew.of_thread(thread_id) is not None:
            return []
        return [self.crew.add(thread_id, model or parent.model, parent).spawned]

    def _text_delta(self, params: Params) -> list[Event]:
        return self.items.text_delta(self._item_key(params), as_text(params.get("delta")))

    def _reasoning_part(self, params: Params) -> list[Event]:
        """Between two parts of a summary stands an empty line."""
        return self.items.text_delta(self._item_key(params), "\n\n") if params.get("summaryIndex") else []

    def _output_delta(self, params: Params) -> list[Event]:
        return self.items.output_delta(self._item_key(params), as_text(params.get("delta")))

    def _patch_updated(self, params: Params) -> list[Event]:
        self.items.redrawn(self._item_key(params), read_shape(PatchUpdate, params, self._odd).changes)
        return []

    def _progress(self, params: Params) -> list[Event]:
        return self.items.output_delta(self._item_key(params), f"{as_text(params.get('message'))}\n")

    def _usage(self, params: Params) -> list[Event]:
        """codex tells the sum of a thread, sometimes twice: what is new in it is reported."""
        events, member = self._member(params)
        usage = read_shape(TokenUsage, params.get("tokenUsage"), self._odd)
        new = _difference(usage.total, member.counted)
        member.counted = usage.total
        if not (new.input_tokens or new.output_tokens):
            return events
        return [
            *events,
            UsageReported(
                agent_id=member.agent_id,
                model=member.model,
                input_tokens=new.input_tokens,
                output_tokens=new.output_tokens,
                cache_read_tokens=new.cached_input_tokens,
                cache_write_tokens=new.cache_write_input_tokens,
                reasoning_tokens=new.reasoning_output_tokens,
                context_used=usage.last.total_tokens,
                context_window=usage.model_context_window,
            ),
        ]

    def _error(self, params: Params) -> list[Event]:
        """codex tries again by itself; an error that ends the turn comes once more with the turn's end."""
        if not params.get("willRetry"):
            return []
        events, member = self._member(params)
        error = read_shape(TurnError, params.get("error"), self._odd)
        said = " · ".join(text for text in (error.message, error.additional_details) if text)
        # What was half said is said again from its beginning.
        return [
            *events,
            *self.items.close_texts(member.thread_id),
            Diagnostic(code="model_retry", message=f"codex: {said}", agent_id=member.agent_id),
        ]

    def _warning(self, params: Params) -> list[Event]:
        return self.warn(
            "codex_warning", f"codex: {as_text(params.get('message')) or 'a warning without words'}"
        )

    def _config_warning(self, params: Params) -> list[Event]:
        said = " ".join(filter(None, (as_text(params.get("summary")), as_text(params.get("details")))))
        return self.warn("codex_warning", f"codex: {said}")

    def _rerouted(self, params: Params) -> list[Event]:
        model = as_text(params.get("toModel"))
        if not model:
            raise ValueError("a model without a name")
        events, member = self._member(params)
        return [
            *events,
            ModelRouted(
                to=model,
                from_model=as_text(params.get("fromModel")) or None,
                agent_id=member.agent_id,
                reason=as_text(params.get("reason")),
            ),
        ]

    def _mcp_server(self, params: Params) -> list[Event]:
        server, state = as_text(params.get("name")), as_text(params.get("status"))
        if not server:
            raise ValueError("a server without a name")
        odd = [] if state in SERVERS else self._oddities.unknown(f"the state {state} of an MCP server")
        return [
            *odd,
            McpServerChanged(
                server=server,
                status=SERVERS.get(state, "degraded"),
                error=as_text(params.get("error")) or None,
                source="codex",
            ),
        ]

    def _member(self, params: Params) -> tuple[list[Event], Member]:
        """Whose thread it is. codex does not announce the threads it starts by itself."""
        thread_id = self._thread(params)
        member = self.crew.of_thread(thread_id)
        if member is not None:
            return [], member
        main = self.crew.main
        member = self.crew.add(thread_id, None if main is None else main.model)
        return [member.spawned], member

    def _thread(self, params: Params) -> str:
        """What names no thread is about that of the main agent."""
        main = self.crew.main
        return as_text(params.get("threadId")) or ("" if main is None else main.thread_id)

    def _key(self, params: Params, item_id: str) -> Key:
        return self._thread(params), as_text(params.get("turnId")), item_id

    def _item_key(self, params: Params) -> Key:
        return self._key(params, as_text(params.get("itemId")))


def _started(params: Params) -> int:
    return as_count(params.get("startedAtMs")) or as_count(as_object(params.get("item")).get("startedAtMs"))


def _milliseconds(params: Params) -> int:
    turn = as_object(params.get("turn"))
    return as_count(params.get("completedAtMs")) or as_count(turn.get("completedAt")) * 1000


def _unknown_status(item: Item) -> str | None:
    """The status of an item that ended, when it is none that is known."""
    status: str = getattr(item, "status", "completed")
    return None if status in OUTCOMES else status


def _difference(now: Tokens, before: Tokens) -> Tokens:
    """What came on top; a sum that went back counts from nothing."""
    if now.total_tokens < before.total_tokens:
        return now
    return Tokens(
        **{name: max(0, getattr(now, name) - getattr(before, name)) for name in Tokens.model_fields}
    )
