from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult, Verdict
from mogplex_daemon.home.memory import MemoryStore
from mogplex_daemon.runhost.patch.plan import FileChange
from mogplex_daemon.runhost.processes import ProcessRunner
from mogplex_daemon.runhost.tools.registry import make_tools
from mogplex_daemon.runhost.tools.services import ToolServices
from mogplex_daemon.runhost.workspace import Workspace


@dataclass
class Bench:
    """The tools on a real folder, with a gate that answers `verdict` and everything written down."""

    root: Path
    memory: MemoryStore
    verdict: Verdict = field(default_factory=lambda: Verdict("approved"))
    while_asked: Callable[[], None] = lambda: None
    asked: list[ActionRequest] = field(default_factory=list)
    reported: list[tuple[Any, ...]] = field(default_factory=list)
    output: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        services = ToolServices("run_1", Workspace(self.root), self.gate, self, self.memory, ProcessRunner())
        self.tools = {tool.name: tool for tool in make_tools(services)}

    async def call(self, name: str, **arguments: Any) -> ToolResult:
        async def hear(text: str) -> None:
            self.output.append(text)

        return await self.tools[name].run(ToolCall("agt_1", "call_1", hear), arguments)

    def deny(self, note: str = "not today") -> None:
        self.verdict = Verdict("rejected", note)

    @property
    def descriptors(self) -> list[str]:
        (request,) = self.asked
        return [request.descriptor, *request.more_descriptors]

    async def gate(self, request: ActionRequest) -> Verdict:
        self.asked.append(request)
        self.while_asked()
        return self.verdict

    async def patch_proposed(
        self, patch_id: str, agent_id: str, call_id: str, files: tuple[FileChange, ...], diff: str
    ) -> None:
        self.reported.append(("patch_proposed", patch_id, agent_id, call_id, files, diff))

    async def patch_applied(self, patch_id: str, kept_hunks: tuple[int, ...] | None) -> None:
        self.reported.append(("patch_applied", patch_id, kept_hunks))

    async def patch_rejected(self, patch_id: str, reason: str) -> None:
        self.reported.append(("patch_rejected", patch_id, reason))

    async def memory_read(self, agent_id: str, key: str, text: str) -> None:
        self.reported.append(("memory_read", agent_id, key, text))

    async def memory_written(self, agent_id: str, key: str, text: str) -> None:
        self.reported.append(("memory_written", agent_id, key, text))

    async def workspace_touched(self) -> None:
        self.reported.append(("workspace_touched",))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    root = tmp_path / "repo"
    root.mkdir()
    return Bench(root, MemoryStore(tmp_path / "memory/repo.db"))
