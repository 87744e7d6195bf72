"""Makes events of what tools report."""

from pathlib import Path

from mogplex_contracts.events.memory import MemoryRead, MemoryWritten
from mogplex_contracts.events.patch import PatchApplied, PatchedFile, PatchProposed, PatchRejected
from mogplex_daemon.runhost.gate import Emit
from mogplex_daemon.runhost.git import workspace_changed
from mogplex_daemon.runhost.patch.plan import FileChange


class EventReporter:
    """The tools' Reporter over the run's events."""

    def __init__(self, emit: Emit, cwd: Path) -> None:
        self._emit = emit
        self._cwd = cwd

    async def patch_proposed(
        self, patch_id: str, agent_id: str, call_id: str, files: tuple[FileChange, ...], diff: str
    ) -> None:
        """An agent wants to change files."""
        await self._emit(
            PatchProposed(
                patch_id=patch_id,
                agent_id=agent_id,
                call_id=call_id,
                files=tuple(
                    PatchedFile(
                        path=file.path,
                        change=file.change_kind,
                        added=file.added,
                        removed=file.removed,
                        moved_to=file.moved_to,
                    )
                    for file in files
                ),
                diff=diff,
            )
        )

    async def patch_applied(self, patch_id: str, kept_hunks: tuple[int, ...] | None) -> None:
        """The patch is in the workspace."""
        await self._emit(PatchApplied(patch_id=patch_id, kept_hunks=kept_hunks))

    async def patch_rejected(self, patch_id: str, reason: str) -> None:
        """The patch was not applied."""
        await self._emit(PatchRejected(patch_id=patch_id, reason=reason))

    async def memory_read(self, agent_id: str, key: str, text: str) -> None:
        """An agent was given a memory entry."""
        await self._emit(MemoryRead(key=key, text=text, agent_id=agent_id))

    async def memory_written(self, agent_id: str, key: str, text: str) -> None:
        """A memory entry has this text now."""
        await self._emit(MemoryWritten(key=key, text=text, agent_id=agent_id))

    async def workspace_touched(self) -> None:
        """Files of the workspace may be different now."""
        await self._emit(await workspace_changed(self._cwd))
