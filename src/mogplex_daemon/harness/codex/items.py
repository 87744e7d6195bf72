"""Items of a thread, from their start to their end, as contract events. Pure.

codex's ids are made by the model and come again in other turns, so each item gets an id of ours.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, Reasoning, ReasoningDelta
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.patch import PatchApplied, PatchProposed, PatchRejected
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.ids import Prefix
from mogplex_contracts.vocabulary import ActionKind, AgentStatus, ToolOutcome
from mogplex_daemon.harness.agents.diffs import Patch
from mogplex_daemon.harness.agents.reading import as_object
from mogplex_daemon.harness.codex.crew import Member
from mogplex_daemon.harness.codex.diff import read_patch
from mogplex_daemon.harness.codex.protocol import (
    AgentMessage,
    CommandExecution,
    Compaction,
    FileChange,
    FileUpdate,
    ImageView,
    Item,
    McpToolCall,
    ReasoningItem,
    WebSearch,
)
from mogplex_daemon.harness.codex.words import clean_command, in_words, tool_text

RUN_COMMAND, APPLY_PATCH = "run_command", "apply_patch"
"""Our names of the tools, so that allowed-tools mean the same for every harness."""
INTERRUPTED = "interrupted before it ended"
OUTCOMES: dict[str, ToolOutcome] = {"completed": "ok", "failed": "error", "declined": "denied"}

NewId = Callable[[Prefix], str]
"""A fresh id with this prefix."""
Key = tuple[str, str, str]
"""Thread, turn and codex's id of an item."""


@dataclass(eq=False)
class OpenCall:
    """A tool call that has not ended."""

    member: Member
    call_id: str
    item: CommandExecution | FileChange | McpToolCall | WebSearch | ImageView
    started_ms: int
    patch: Patch | None = None
    patch_id: str | None = None
    output: list[str] = field(default_factory=list[str])
    denied: str | None = None
    """Why the gate said no; None while it has not."""


@dataclass(eq=False)
class OpenText:
    """A message or a piece of reasoning that is being written."""

    member: Member
    message_id: str
    reasoning: bool
    pieces: list[str] = field(default_factory=list[str])


class Items:
    """The open items of all threads."""

    def __init__(self, workspace: Path, new_id: NewId) -> None:
        self._workspace = workspace
        self._new_id = new_id
        self._calls: dict[Key, OpenCall] = {}
        self._texts: dict[Key, OpenText] = {}
        self._ended: set[Key] = set()
        """Items whose end is told; codex may tell it later, or again."""

    def call(self, key: Key) -> OpenCall | None:
        """The open tool call with this key."""
        return self._calls.get(key)

    def remote_call(
        self, thread_id: str, server: str, tool: str, arguments: dict[str, Any]
    ) -> OpenCall | None:
        """The open call of a server's tool that an approval is about: the request itself does not name it."""
        found: OpenCall | None = None
        for key, call in self._calls.items():
            item = call.item
            if key[0] != thread_id or not isinstance(item, McpToolCall):
                continue
            if (item.server, item.tool) == (server, tool) and (
                found is None or as_object(item.arguments) == arguments
            ):
                found = call
        return found

    def start(self, member: Member, key: Key, item: Item, started_ms: int) -> list[Event]:
        """An item begins. One that is open already is not begun again."""
        if key in self._calls or key in self._texts:
            return []
        self._ended.discard(key)
        match item:
            case AgentMessage() | ReasoningItem():
                self._texts[key] = OpenText(
                    member, self._new_id("msg"), reasoning=isinstance(item, ReasoningItem)
                )
                return []
            case CommandExecution() | FileChange() | McpToolCall() | WebSearch() | ImageView():
                return self._start_call(member, key, item, started_ms)
            case _:
                return []

    def text_delta(self, key: Key, text: str) -> list[Event]:
        """A piece of a message or of reasoning."""
        growing = self._texts.get(key)
        if growing is None or not text:
            return []
        growing.pieces.append(text)
        delta = ReasoningDelta if growing.reasoning else AssistantDelta
        return [delta(agent_id=growing.member.agent_id, message_id=growing.message_id, text=text)]

    def output_delta(self, key: Key, text: str) -> list[Event]:
        """A piece of a tool's output. Pieces may be missing: the whole comes with the end."""
        call = self._calls.get(key)
        if call is None or not text:
            return []
        call.output.append(text)
        return [ToolOutput(call_id=call.call_id, text=text)]

    def redrawn(self, key: Key, changes: tuple[FileUpdate, ...] | None) -> None:
        """A patch changes something else than it was told to: whoever is asked for it is shown that."""
        call = self._calls.get(key)
        if call is not None and isinstance(call.item, FileChange):
            call.patch = None if changes is None else read_patch(changes, self._workspace)

    def end(self, member: Member, key: Key, item: Item, started_ms: int, ended_ms: int) -> list[Event]:
        """An item ended. One that was never begun is begun first; one that ended before tells nothing."""
        if key in self._ended:
            return []
        events = self.start(member, key, item, started_ms or ended_ms)
        self._ended.add(key)
        match item:
            case AgentMessage(text=text):
                return events + self._end_text(key, text)
            case ReasoningItem(summary=summary, content=content):
                return events + self._end_text(key, "\n\n".join(summary) or "\n\n".join(content))
            case CommandExecution() | FileChange() | McpToolCall() | WebSearch() | ImageView():
                return events + self._end_call(key, item, ended_ms)
            case Compaction():
                return [
                    Diagnostic(
                        code="context_compacted",
                        message="codex shortened its conversation to fit the model's context",
                        agent_id=member.agent_id,
                    )
                ]
            case _:
                return []

    def close_texts(self, thread_id: str) -> list[Event]:
        """What was half said: nothing that was seen live is lost."""
        keys = [key for key in self._texts if key[0] == thread_id]
        return [event for key in keys for event in self._end_text(key, "")]

    def close(self, thread_id: str, ended_ms: int, *, why: str = INTERRUPTED) -> list[Event]:
        """Everything of a thread that is open ends here: codex tells no end of what was interrupted."""
        events = self.close_texts(thread_id)
        for key in [key for key in self._calls if key[0] == thread_id]:
            call = self._calls.pop(key)
            self._ended.add(key)
            if call.patch_id is not None:
                events.append(PatchRejected(patch_id=call.patch_id, reason=call.denied or why))
            events.append(
                ToolFinished(
                    call_id=call.call_id,
                    outcome="interrupted",
                    output="".join(call.output),
                    duration_ms=max(0, ended_ms - call.started_ms),
                )
            )
        return events

    @property
    def any_open(self) -> bool:
        """Whether a tool call of any agent is open."""
        return bool(self._calls)

    def works(self, member: Member) -> bool:
        """Whether a tool call of this agent is open."""
        return any(call.member is member for call in self._calls.values())

    def _start_call(
        self,
        member: Member,
        key: Key,
        item: CommandExecution | FileChange | McpToolCall | WebSearch | ImageView,
        started_ms: int,
    ) -> list[Event]:
        call = OpenCall(member, self._new_id("call"), item, started_ms)
        self._calls[key] = call
        status: AgentStatus = "calling_tool"
        kind: ActionKind
        arguments: dict[str, Any]
        match item:
            case CommandExecution():
                kind, tool, target = "run_command", RUN_COMMAND, clean_command(item.command)
                arguments, verb = {"command": target, "cwd": item.cwd}, "running"
            case FileChange():
                if item.changes is not None:
                    call.patch = read_patch(item.changes, self._workspace)
                    call.patch_id = self._new_id("pat")
                target = "" if call.patch is None else _named(call.patch)
                kind, tool, arguments, verb, status = "apply_patch", APPLY_PATCH, {}, "editing", "editing"
            case McpToolCall():
                target = f"{item.server}/{item.tool}"
                kind, tool, verb = "use_remote_tool", target, "calling"
                arguments = as_object(item.arguments)
            case WebSearch():
                kind, tool, target, verb = "use_remote_tool", "web_search", item.query or "", "searching"
                arguments = {"query": item.query}
            case ImageView():
                kind, tool, target, verb = "read", "view_image", item.path, "looking at"
                arguments = {"path": item.path}
        events: list[Event] = [
            AgentStatusChanged(agent_id=member.agent_id, status=status, action=in_words(verb, target)),
            ToolStarted(
                call_id=call.call_id,
                agent_id=member.agent_id,
                tool=tool,
                action=kind,
                target=target,
                input=arguments,
            ),
        ]
        if call.patch is not None and call.patch_id is not None:
            events.append(
                PatchProposed(
                    patch_id=call.patch_id,
                    agent_id=member.agent_id,
                    call_id=call.call_id,
                    files=call.patch.files,
                    diff=call.patch.diff,
                )
            )
        return events

    def _end_call(
        self,
        key: Key,
        item: CommandExecution | FileChange | McpToolCall | WebSearch | ImageView,
        ended_ms: int,
    ) -> list[Event]:
        call = self._calls.pop(key)
        outcome = OUTCOMES.get(getattr(item, "status", "completed"), "error")
        if call.denied is not None and outcome == "error":
            outcome = "denied"
        events: list[Event] = []
        if call.patch_id is not None:
            events.append(
                PatchApplied(patch_id=call.patch_id)
                if outcome == "ok"
                else PatchRejected(patch_id=call.patch_id, reason=call.denied or "it could not be applied")
            )
        output, exit_code = _result(item, "".join(call.output))
        events.append(
            ToolFinished(
                call_id=call.call_id,
                outcome=outcome,
                output=(call.denied or output) if outcome == "denied" else output,
                exit_code=exit_code,
                duration_ms=max(0, ended_ms - call.started_ms),
            )
        )
        if not self.works(call.member):
            events.append(AgentStatusChanged(agent_id=call.member.agent_id, status="thinking"))
        return events

    def _end_text(self, key: Key, whole: str) -> list[Event]:
        ended = self._texts.pop(key, None)
        text = "" if ended is None else whole or "".join(ended.pieces)
        if ended is None or not text.strip():
            return []
        agent_id = ended.member.agent_id
        if ended.reasoning:
            return [Reasoning(agent_id=agent_id, message_id=ended.message_id, text=text)]
        ended.member.last_words = text
        return [AssistantMessage(agent_id=agent_id, message_id=ended.message_id, text=text)]


def _named(patch: Patch) -> str:
    return ", ".join(
        f"{file.path} -> {file.moved_to}" if file.moved_to else file.path for file in patch.files
    )


def _result(item: Item, heard: str) -> tuple[str, int | None]:
    """What a call gave, and the exit status of a command. `heard` came while it ran: the whole may not be told."""
    match item:
        case CommandExecution(aggregated_output=whole):
            return heard if whole is None else whole, item.exit_code
        case McpToolCall(error=error) if error is not None:
            return error.message, None
        case McpToolCall(result=result) if result is not None:
            return tool_text(result.content, result.structured_content), None
        case _:
            return "", None
