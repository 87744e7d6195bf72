"""Recorded transcripts, one message after the other through the reading half of each harness."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from mogplex_contracts.events import Event
from mogplex_contracts.ids import Prefix
from mogplex_daemon.harness.acp.agents.agent import Agent
from mogplex_daemon.harness.acp.agents.gemini import GEMINI
from mogplex_daemon.harness.acp.agents.opencode import OPENCODE
from mogplex_daemon.harness.acp.permission import read_request as read_acp
from mogplex_daemon.harness.acp.translate import Translation as AcpTranslation
from mogplex_daemon.harness.agents.jsonrpc import Notification, Reply, Request, decode
from mogplex_daemon.harness.agents.reading import as_object, as_text
from mogplex_daemon.harness.base import ActionRequest
from mogplex_daemon.harness.claude_code.protocol import NotALine, read_line
from mogplex_daemon.harness.claude_code.tools import request_of
from mogplex_daemon.harness.claude_code.translate import Translation as ClaudeTranslation
from mogplex_daemon.harness.codex.approvals import Question
from mogplex_daemon.harness.codex.approvals import read_request as read_codex
from mogplex_daemon.harness.codex.config import CONFINEMENT
from mogplex_daemon.harness.codex.translate import Translation as CodexTranslation

TRANSCRIPTS = Path(__file__).with_name("transcripts")
WORKSPACE = Path("/workspace")
Message = dict[str, Any]


class Replay(Protocol):
    """One run, told message by message."""

    answers: list[Any]
    """What was answered without anybody being asked, and what an approval of a question would answer."""
    asked: list[ActionRequest]

    def take(self, line: bytes) -> Sequence[Event]:
        """What a line of the agent comes to."""
        ...

    def end(self) -> Sequence[Event]:
        """The agent has ended in the middle of its work."""
        ...


def fresh_ids() -> Callable[[Prefix], str]:
    numbers = count(1)
    return lambda prefix: f"{prefix}_{next(numbers)}"


@dataclass
class CodexReplay:
    answers: list[Any] = field(default_factory=list[Any])
    asked: list[ActionRequest] = field(default_factory=list[ActionRequest])
    translation: CodexTranslation = field(default_factory=lambda: CodexTranslation(WORKSPACE, fresh_ids()))

    def take(self, line: bytes) -> Sequence[Event]:
        match decode(line):
            case Notification(method=method, params=params):
                return self.translation.feed(method, params)
            case Reply(result=result):
                thread = as_text(as_object(as_object(result).get("thread")).get("id"))
                known = not thread or self.translation.crew.main is not None
                return [] if known else self.translation.begin(thread, "fake-1")
            case Request() as request:
                found = read_codex(request, self.translation, WORKSPACE, CONFINEMENT["approval"])
                if isinstance(found, Question):
                    self.asked.append(found.action)
                    self.answers += [found.accept, found.decline]
                else:
                    self.answers.append(found.result)
                return []
            case _:
                return []

    def end(self) -> Sequence[Event]:
        return self.translation.close_all(0, "failed", "codex ended")


@dataclass
class ClaudeReplay:
    answers: list[Any] = field(default_factory=list[Any])
    asked: list[ActionRequest] = field(default_factory=list[ActionRequest])
    translation: ClaudeTranslation = field(default_factory=lambda: ClaudeTranslation(WORKSPACE, lambda: 0.0))

    def take(self, line: bytes) -> Sequence[Event]:
        try:
            message = read_line(line)
        except NotALine:
            return []
        match message.get("type"):
            case "control_request":
                return self._requested(as_object(message.get("request")))
            case "control_response" | "control_cancel_request":
                return []
            case _:
                return self.translation.feed(message)

    def _requested(self, request: Message) -> Sequence[Event]:
        if request.get("subtype") == "hook_callback":
            told = as_object(request.get("input"))
            return self.translation.begun(told, as_object(told.get("tool_input")))
        if request.get("subtype") != "can_use_tool":
            return []
        tool, tool_input = as_text(request.get("tool_name")), as_object(request.get("input"))
        found = request_of(tool, tool_input, WORKSPACE, agent_id="agt_1", call_id="call_1")
        if found is not None:
            self.asked.append(found)
        return self.translation.begun(request, tool_input)

    def end(self) -> Sequence[Event]:
        return self.translation.lost()


@dataclass
class AcpReplay:
    agent: Agent
    answers: list[Any] = field(default_factory=list[Any])
    asked: list[ActionRequest] = field(default_factory=list[ActionRequest])

    def __post_init__(self) -> None:
        self.translation = AcpTranslation(self.agent, WORKSPACE, fresh_ids())
        self._begun = False

    def take(self, line: bytes) -> Sequence[Event]:
        events: list[Event] = []
        if not self._begun:
            self._begun = True
            events += self.translation.begin()
        match decode(line):
            case Notification(method="session/update", params=params):
                events += self.translation.feed(as_object(params.get("update")), 1_000)
            case Notification(method=method):
                events += self.translation.told(method)
            case Request(method="session/request_permission", params=params):
                told, call = self.translation.asked(as_object(params.get("toolCall")), 1_000)
                events += told
                found = read_acp(params, call, self.agent, WORKSPACE)
                if hasattr(found, "action"):
                    self.asked.append(found.action)
                    self.answers += [found.accept, found.decline]
                else:
                    self.answers.append(found.result)
            case Reply(result=result) if "stopReason" in as_object(result):
                events += self.translation.turn_ends(as_object(result), 2_000)
            case _:
                pass
        return events

    def end(self) -> Sequence[Event]:
        return self.translation.finish(3_000, "failed", "it ended")


@dataclass(frozen=True)
class Recording:
    """One transcript."""

    name: str
    agent: str
    """As people call it."""
    start: Callable[[], Replay]
    path: Path

    def __str__(self) -> str:
        return self.name

    def messages(self) -> Iterator[Message]:
        """What the agent said."""
        for line in self.path.read_text("utf-8").splitlines():
            record = json.loads(line)
            if "dir" not in record:
                yield record
            elif record["dir"] in ("in", "incoming"):
                yield record["msg"]


def _recordings() -> Iterator[Recording]:
    for path in sorted((TRANSCRIPTS / "codex").glob("*.jsonl")):
        yield Recording(f"codex-{path.stem}", "codex", CodexReplay, path)
    for path in sorted((TRANSCRIPTS / "claude_code").glob("*.jsonl")):
        yield Recording(f"claude-code-{path.stem}", "Claude Code", ClaudeReplay, path)
    for agent in (OPENCODE, GEMINI):
        for path in sorted((TRANSCRIPTS / "acp").glob(f"{agent.name}*.jsonl")):
            yield Recording(f"acp-{path.stem}", agent.name, lambda agent=agent: AcpReplay(agent), path)


RECORDINGS = tuple(_recordings())
