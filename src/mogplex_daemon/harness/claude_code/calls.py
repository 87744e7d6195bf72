"""The tool calls of Claude Code's agents: begun when they are about to be asked, ended by their results. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.patch import PatchApplied, PatchRejected
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import ToolOutcome
from mogplex_daemon.harness.agents.reading import Object, as_object, as_text
from mogplex_daemon.harness.claude_code.plans import Plans
from mogplex_daemon.harness.claude_code.protocol import text_of
from mogplex_daemon.harness.claude_code.tools import action_words, kind_of, sort_of, status_of, target_of

EXIT_CODE = re.compile(r"Exit code (\d+)\n?")
STOPPED = "The user doesn't want to proceed with this tool use."
"""How the result of a call begins that an interrupt stopped."""
INTERRUPTED = "This call was interrupted. It may have run in part."


@dataclass(slots=True)
class Call:
    """A tool call that has begun and not ended."""

    call_id: str
    agent_id: str
    tool: str
    tool_input: Object
    started: float
    """Monotonic seconds."""
    patch_id: str | None = None
    denied: bool = False
    allowed: bool = False
    """Whether it was let run."""


class Calls:
    """All calls of one run, by the ids the model gives them."""

    def __init__(self, workspace: Path, clock: Callable[[], float]) -> None:
        self._workspace = workspace
        self._clock = clock
        self._plans = Plans()
        self._written: dict[str, tuple[str, Object]] = {}
        """Tool and input of calls the model has written and that have not ended."""
        self._open: dict[str, Call] = {}

    def find(self, use_id: str) -> Call | None:
        """A call that has begun and not ended."""
        return self._open.get(use_id)

    @property
    def any_open(self) -> bool:
        """Whether a call has begun and not ended."""
        return bool(self._open)

    def running_commands(self) -> list[str]:
        """The ids of the shell commands that run now."""
        return [
            use_id for use_id, call in self._open.items() if call.allowed and sort_of(call.tool) == "command"
        ]

    def input_of(self, use_id: str) -> Object:
        """The input of a call as the model wrote it: more than what is asked for some tools."""
        return self._written.get(use_id, ("", {}))[1]

    def written(self, block: Object) -> None:
        """The model wrote a call."""
        self._written[as_text(block.get("id"))] = as_text(block.get("name")), as_object(block.get("input"))

    def begun(self, use_id: str, agent_id: str, tool: str, tool_input: Object) -> list[Event]:
        """A call begins. Told once, however often it is heard of."""
        if use_id in self._open:
            return []
        call = self._open[use_id] = Call(new_id("call"), agent_id, tool, tool_input, self._clock())
        target = target_of(tool, tool_input, self._workspace)
        return [
            AgentStatusChanged(agent_id=agent_id, status=status_of(tool), action=action_words(tool, target)),
            ToolStarted(
                call_id=call.call_id,
                agent_id=agent_id,
                tool=tool,
                action=kind_of(tool),
                target=target,
                input=dict(tool_input),
            ),
        ]

    def output(self, use_id: str, text: str) -> list[Event]:
        """A running command has printed something."""
        call = self._open.get(use_id)
        return [ToolOutput(call_id=call.call_id, text=text)] if call and text else []

    def ended(self, use_id: str, agent_id: str, block: Object, meta: Object, result: Object) -> list[Event]:
        """The result of a call came; a call nobody knows is passed over."""
        events: list[Event] = []
        if use_id not in self._open and use_id in self._written:
            # It failed before it could be asked, such as a call with wrong arguments.
            events += self.begun(use_id, agent_id, *self._written[use_id])
        call = self._open.get(use_id)
        if call is None:
            return []
        text = text_of(block.get("content"))
        outcome = _outcome(call, block, meta, text)
        exit_code: int | None = None
        if sort_of(call.tool) == "command" and outcome in ("ok", "error"):
            found = EXIT_CODE.match(text)
            exit_code = int(found[1]) if found else 0 if outcome == "ok" else None
            text = text[found.end() :] if found else text
        if outcome == "interrupted":
            text = INTERRUPTED
        events += self.close(use_id, outcome, text, exit_code)
        if outcome == "ok":
            events += self._plans.finished(call.agent_id, call.tool, call.tool_input, result)
        return events

    def close(
        self, use_id: str, outcome: ToolOutcome, text: str, exit_code: int | None = None
    ) -> list[Event]:
        """End a call; the patch it would make is applied or rejected with it."""
        call = self._open.pop(use_id)
        self._written.pop(use_id, None)
        events: list[Event] = []
        if call.patch_id is not None:
            events.append(
                PatchApplied(patch_id=call.patch_id)
                if outcome == "ok"
                else PatchRejected(patch_id=call.patch_id, reason=one_line(text))
            )
        events.append(
            ToolFinished(
                call_id=call.call_id,
                outcome=outcome,
                output=text,
                exit_code=exit_code,
                duration_ms=round((self._clock() - call.started) * 1000),
            )
        )
        return events

    def close_all(self, text: str, agent_id: str | None = None) -> list[Event]:
        """Every open call, or those of one agent, was interrupted; `text` says by what."""
        ids = [use_id for use_id, call in self._open.items() if agent_id in (None, call.agent_id)]
        if agent_id is None:
            self._written.clear()
        return [event for use_id in ids for event in self.close(use_id, "interrupted", text)]


def _outcome(call: Call, block: Object, meta: Object, text: str) -> ToolOutcome:
    if not block.get("is_error"):
        return "ok"
    if call.denied or as_object(meta.get("permission_decision")).get("decision") == "reject":
        return "denied"
    if meta.get("non_execution_kind") == "user-rejected" or text.startswith(STOPPED):
        return "interrupted"
    return "error"
