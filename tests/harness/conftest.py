import subprocess
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import anyio.lowlevel
import pytest

from mogplex_contracts.events import Event
from mogplex_contracts.events.message import AssistantMessage
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.vocabulary import ActionKind
from mogplex_daemon.harness.base import (
    ActionRequest,
    McpServerSpec,
    RunSpec,
    Tool,
    ToolCall,
    ToolResult,
    Verdict,
)
from mogplex_daemon.home.memory import MemoryStore
from mogplex_daemon.runhost.patch.plan import FileChange
from mogplex_daemon.runhost.processes import ProcessRunner
from mogplex_daemon.runhost.tools.registry import make_tools
from mogplex_daemon.runhost.tools.services import ToolServices
from mogplex_daemon.runhost.workspace import Workspace

Made = TypeVar("Made")
Hear = Callable[[Event], Awaitable[None]]
Gate = Callable[[ActionRequest], Awaitable[Verdict]]


async def nothing(_: Any) -> None:
    await anyio.lowlevel.checkpoint()


@dataclass
class Stage:
    """A harness context in memory: it keeps the events, decides, pauses, and has messages to give."""

    spec: RunSpec
    tools: Sequence[Tool] = ()
    model: str | None = None
    remote: Sequence[Tool] = ()
    """What MCP servers offer."""
    events: list[Event] = field(default_factory=list)
    asked: list[ActionRequest] = field(default_factory=list)
    messages: deque[str] = field(default_factory=deque)
    hear: Hear = nothing
    decide: Callable[[ActionRequest], Verdict] = lambda _: Verdict("approved")
    paused: anyio.Event | None = None
    safe_points: int = 0
    wait_at_safe_point: int | None = None
    resume: anyio.Event = field(default_factory=anyio.Event)

    def without_secrets(self, line: bytes) -> bytes:
        return line

    async def emit(self, event: Event) -> Event:
        self.events.append(event)
        await self.hear(event)
        return event

    async def gate(self, request: ActionRequest) -> Verdict:
        if request.kind == "read":
            return Verdict("auto_approved")
        self.asked.append(request)
        return self.decide(request)

    async def remote_tools(self) -> Sequence[Tool]:
        return self.remote

    async def mcp_servers(self) -> Sequence[McpServerSpec]:
        return ()

    async def safe_point(self) -> None:
        self.safe_points += 1
        if self.safe_points == self.wait_at_safe_point:
            if self.paused is not None:
                self.paused.set()
            await self.resume.wait()

    def next_message(self, agent_id: str) -> str | None:
        return self.messages.popleft() if self.messages else None

    def next_turn(self, agent_id: str) -> str | None:
        return self.next_message(agent_id)

    def of(self, kind: type[Made]) -> list[Made]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def said(self) -> str:
        return "\n".join(message.text for message in self.of(AssistantMessage))

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Tool and outcome of every finished call, in order of their start."""
        ends = {end.call_id: end.outcome for end in self.of(ToolFinished)}
        return [(start.tool, ends.get(start.call_id, "open")) for start in self.of(ToolStarted)]


@dataclass
class Told:
    """Where the tools report what they did."""

    applied: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)

    async def patch_proposed(
        self, patch_id: str, agent_id: str, call_id: str, files: tuple[FileChange, ...], diff: str
    ) -> None: ...

    async def patch_applied(self, patch_id: str, kept_hunks: tuple[int, ...] | None) -> None:
        self.applied.append(patch_id)

    async def patch_rejected(self, patch_id: str, reason: str) -> None:
        self.rejected.append(reason)

    async def memory_read(self, agent_id: str, key: str, text: str) -> None: ...

    async def memory_written(self, agent_id: str, key: str, text: str) -> None: ...

    async def workspace_touched(self) -> None: ...


@dataclass
class LittleTool:
    """A tool out of a function."""

    name: str
    act: Callable[[ToolCall, dict[str, Any]], Awaitable[ToolResult]]
    kind: ActionKind = "read"
    description: str = "A tool of a test."
    input_schema: dict[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})

    def action(self, arguments: dict[str, Any]) -> tuple[ActionKind, str]:
        return self.kind, str(arguments.get("target", ""))

    async def run(self, call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        return await self.act(call, arguments)


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture
def make_stage() -> type[Stage]:
    return Stage


@pytest.fixture
def stage_in() -> Callable[..., Stage]:
    return _stage_in


def _stage_in(
    root: Path, task: str = "review the staged diff for regressions", gate: Gate | None = None
) -> Stage:
    stage = Stage(RunSpec("run_1", task, root))
    services = ToolServices(
        "run_1",
        Workspace(root),
        gate or stage.gate,
        Told(),
        MemoryStore(root.parent / "memory/repo.db"),
        ProcessRunner(),
    )
    stage.tools = make_tools(services)
    return stage


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    (root / "README.md").write_text("# Orbits\n\nThey go round.\n")
    return root


@pytest.fixture
def repository(folder: Path) -> Path:
    git(folder, "init", "-b", "main")
    (folder / "app.py").write_text("def go():\n    return 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "start")
    (folder / "app.py").write_text('def go():\n    breakpoint()\n    return "x"   \n')
    git(folder, "add", ".")
    return folder


@pytest.fixture
def tool() -> type[LittleTool]:
    return LittleTool
