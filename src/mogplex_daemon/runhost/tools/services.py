"""What the tools are given: the workspace, the gate, and where to report what happened."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from mogplex_daemon.harness.base import ActionRequest, Verdict
from mogplex_daemon.home.memory import MemoryStore
from mogplex_daemon.runhost.patch.plan import FileChange
from mogplex_daemon.runhost.processes import ProcessRunner
from mogplex_daemon.runhost.workspace import Workspace


class Reporter(Protocol):
    """Hears of what tools did, to make events of it."""

    async def patch_proposed(
        self, patch_id: str, agent_id: str, call_id: str, files: tuple[FileChange, ...], diff: str
    ) -> None:
        """An agent wants to change files; `diff` is unified and complete."""
        ...

    async def patch_applied(self, patch_id: str, kept_hunks: tuple[int, ...] | None) -> None:
        """The patch is in the workspace: all of it, or only the hunks of these numbers."""
        ...

    async def patch_rejected(self, patch_id: str, reason: str) -> None:
        """The patch was not applied: who said no, or what was in the way."""
        ...

    async def memory_read(self, agent_id: str, key: str, text: str) -> None:
        """An agent was given a memory entry."""
        ...

    async def memory_written(self, agent_id: str, key: str, text: str) -> None:
        """A memory entry has this text now."""
        ...

    async def workspace_touched(self) -> None:
        """Files of the workspace may be different now."""
        ...


@dataclass(frozen=True, slots=True)
class ToolServices:
    """Everything a tool may use. `gate` waits as long as a person needs."""

    run_id: str
    workspace: Workspace
    gate: Callable[[ActionRequest], Awaitable[Verdict]]
    report: Reporter
    memory: MemoryStore
    processes: ProcessRunner
