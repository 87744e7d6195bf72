"""An agent's tool calls, from the first that is heard of them to their end, as contract events. Pure.

A call is put together from `tool_call`, `tool_call_update` and what a request for permission tells of it, in any order:
some agents ask before they announce the call, some never tell its end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.patch import PatchApplied, PatchProposed, PatchRejected
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.ids import Prefix
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import ActionKind, AgentStatus, ToolOutcome
from mogplex_daemon.harness.acp.diff import read_patch
from mogplex_daemon.harness.acp.words import command_of, content_text
from mogplex_daemon.harness.agents.diffs import Patch, shown_path
from mogplex_daemon.harness.agents.reading import Object, as_object, as_objects, as_text

RUN_COMMAND, APPLY_PATCH, DELETE_FILE, READ_FILE = "run_command", "apply_patch", "delete_file", "read_file"
"""Our names of the tools, so that allowed-tools mean the same for every harness."""
ACTION_CHARACTERS = 80
INTERRUPTED = "interrupted before it ended"

NewId = Callable[[Prefix], str]
"""A fresh id with this prefix."""
VERBS = {"run_command": "running", "apply_patch": "editing", "delete_file": "deleting", "read": "reading"}


@dataclass(eq=False)
class Call:
    """A tool call that has not ended."""

    agent_id: str
    call_id: str
    told_ms: int
    """When it was first heard of."""
    title: str = ""
    kind: str = "other"
    status: str = "pending"
    content: list[Object] = field(default_factory=list[Object])
    paths: list[str] = field(default_factory=list[str])
    raw_input: Object = field(default_factory=dict[str, object])
    raw_output: object = None
    started: bool = False
    shown: str = ""
    """The output that was told already."""
    exit_code: int | None = None
    patch: Patch | None = None
    patch_id: str | None = None
    denied: str | None = None
    """Why the gate said no; None while it has not."""

    @property
    def command(self) -> str:
        """The shell command it runs, or nothing. Agents that give no arguments have it as the title."""
        return command_of(self.raw_input) or (self.title if self.kind == "execute" else "")

    @property
    def action(self) -> ActionKind:
        """What it does, by the most dangerous thing that is told of it."""
        if command_of(self.raw_input) or self.kind == "execute":
            return "run_command"
        if self.kind == "delete":
            return "delete_file"
        if self.patch is not None or self.kind in ("edit", "move"):
            return "apply_patch"
        return "read" if self.kind in ("read", "search", "think") else "use_remote_tool"

    @property
    def tool(self) -> str:
        """What the tool is called."""
        match self.action:
            case "run_command":
                return RUN_COMMAND
            case "apply_patch":
                return APPLY_PATCH
            case "delete_file":
                return DELETE_FILE
            case _:
                return READ_FILE if self.kind == "read" else self.kind if self.kind != "other" else self.title

    def merge(self, told: Object) -> None:
        """Take over what an update tells: a field that is there replaces the old one."""
        self.title = as_text(told.get("title")) or self.title
        self.kind = as_text(told.get("kind")) or self.kind
        if isinstance(told.get("content"), list):
            self.content = as_objects(told["content"])
        if isinstance(told.get("locations"), list):
            paths = [as_text(each.get("path")) for each in as_objects(told["locations"])]
            self.paths = [path for path in paths if path] or self.paths
        if as_object(told.get("rawInput")):
            self.raw_input = {**self.raw_input, **as_object(told["rawInput"])}
        if told.get("rawOutput") is not None:
            self.raw_output = told["rawOutput"]


class Calls:
    """The open calls of one agent."""

    def __init__(self, workspace: Path, new_id: NewId) -> None:
        self._workspace = workspace
        self._new_id = new_id
        self._open: dict[str, Call] = {}
        self._closed: set[str] = set()
        """Calls that ended here before the agent told their end."""

    def get(self, key: str) -> Call | None:
        """The open call with the agent's id `key`."""
        return self._open.get(key)

    @property
    def any_open(self) -> bool:
        """Whether a call is open."""
        return bool(self._open)

    def update(self, agent_id: str, told: Object, now_ms: int, *, asking: bool = False) -> list[Event]:
        """What an update of a call comes to. `asking`: it is part of a request for permission."""
        key = as_text(told.get("toolCallId"))
        if not key or (key in self._closed and not asking):
            return []
        self._closed.discard(key)
        call = self._open.get(key)
        if call is None:
            call = self._open[key] = Call(agent_id, self._new_id("call"), now_ms)
        call.merge(told)
        if not asking:
            call.status = as_text(told.get("status")) or call.status
        events: list[Event] = []
        if not call.started and (asking or call.status != "pending"):
            events += self._start(call)
        if call.started:
            events += self._propose(call) if asking else []
            events += self._output(call, as_object(told.get("_meta")))
        if call.status in ("completed", "failed"):
            events += self._end(key, call, now_ms)
        return events

    def deny(self, call: Call, reason: str, now_ms: int) -> list[Event]:
        """The gate said no: the call ends here, because not every agent tells that it did."""
        call.denied = reason
        key = next((key for key, each in self._open.items() if each is call), None)
        return [] if key is None else self._end(key, call, now_ms)

    def close(self, now_ms: int, why: str = INTERRUPTED) -> list[Event]:
        """Every open call ends here."""
        events: list[Event] = []
        for key, call in list(self._open.items()):
            del self._open[key]
            self._closed.add(key)
            if not call.started:
                continue
            if call.patch_id is not None:
                events.append(PatchRejected(patch_id=call.patch_id, reason=why))
            events.append(
                ToolFinished(
                    call_id=call.call_id,
                    outcome="interrupted",
                    output=call.shown,
                    duration_ms=max(0, now_ms - call.told_ms),
                )
            )
        return events

    def _start(self, call: Call) -> list[Event]:
        call.started = True
        call.patch = read_patch(call.content, self._workspace)
        status: AgentStatus = "editing" if call.action == "apply_patch" else "calling_tool"
        target = self._target(call)
        return [
            AgentStatusChanged(
                agent_id=call.agent_id,
                status=status,
                action=one_line(f"{VERBS.get(call.action, 'calling')} {target}", ACTION_CHARACTERS),
            ),
            ToolStarted(
                call_id=call.call_id,
                agent_id=call.agent_id,
                tool=call.tool,
                action=call.action,
                target=target,
                input=call.raw_input,
            ),
        ]

    def _target(self, call: Call) -> str:
        if call.action == "run_command":
            return call.command
        if call.patch is not None:
            return ", ".join(file.path for file in call.patch.files)
        return ", ".join(shown_path(path, self._workspace) for path in call.paths) or call.title

    def _propose(self, call: Call) -> list[Event]:
        """The patch as it is shown now. What a request shows is what would be done."""
        patch = read_patch(call.content, self._workspace)
        if patch is None or call.patch_id is not None:
            return []
        call.patch, call.patch_id = patch, self._new_id("pat")
        return [
            PatchProposed(
                patch_id=call.patch_id,
                agent_id=call.agent_id,
                call_id=call.call_id,
                files=patch.files,
                diff=patch.diff,
            )
        ]

    def _output(self, call: Call, meta: Object) -> list[Event]:
        """What came on top of the output: updates tell all of it again, or a piece beside the protocol."""
        for name in ("terminal_output_delta", "terminal_output"):
            piece = as_text(as_object(meta.get(name)).get("data"))
            if piece:
                call.shown += piece
                return [ToolOutput(call_id=call.call_id, text=piece)]
        exited = as_object(meta.get("terminal_exit"))
        if isinstance(exited.get("exit_code"), int):
            call.exit_code = exited["exit_code"]
        if call.action != "run_command" or call.status == "pending":
            return []
        whole = content_text(call.content)
        if not whole or whole == call.shown:
            return []
        more = whole[len(call.shown) :] if whole.startswith(call.shown) else whole
        call.shown = whole
        return [ToolOutput(call_id=call.call_id, text=more)]

    def _end(self, key: str, call: Call, now_ms: int) -> list[Event]:
        del self._open[key]
        self._closed.add(key)
        events: list[Event] = []
        if call.patch_id is None and call.denied is None and call.status == "completed":
            # Changed without asking: it is shown all the same.
            events += self._propose(call)
        exit_code = call.exit_code if call.exit_code is not None else _exit_code(call.raw_output)
        outcome: ToolOutcome = "ok"
        if call.denied is not None:
            outcome = "denied"
        elif call.status == "failed" or exit_code:
            outcome = "error"
        if call.patch_id is not None:
            reason = call.denied or one_line(content_text(call.content)) or "it could not be applied"
            events.append(
                PatchApplied(patch_id=call.patch_id)
                if outcome == "ok"
                else PatchRejected(patch_id=call.patch_id, reason=reason)
            )
        output = content_text(call.content) or call.shown or _output(call.raw_output)
        events.append(
            ToolFinished(
                call_id=call.call_id,
                outcome=outcome,
                output=call.denied or output,
                exit_code=exit_code,
                duration_ms=max(0, now_ms - call.told_ms),
            )
        )
        if not any(other.started for other in self._open.values()):
            events.append(AgentStatusChanged(agent_id=call.agent_id, status="thinking"))
        return events


def _exit_code(raw_output: object) -> int | None:
    told = as_object(raw_output)
    for place, name in (
        (as_object(told.get("metadata")), "exit"),
        (told, "exitCode"),
        (told, "exit_code"),
    ):
        found = place.get(name)
        if isinstance(found, int) and not isinstance(found, bool):
            return found
    return None


def _output(raw_output: object) -> str:
    if isinstance(raw_output, str):
        return raw_output
    return as_text(as_object(raw_output).get("output"))
