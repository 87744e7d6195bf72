"""The diff of a run: snapshots before it and after each turn, and an event when the files are different."""

from pathlib import Path

import anyio

from mogplex_contracts.events.patch import WorkspaceDiff
from mogplex_daemon.runhost.changes.changed_files import parse_changed_files
from mogplex_daemon.runhost.changes.snapshots import Snapshots
from mogplex_daemon.runhost.gate import Emit
from mogplex_daemon.runhost.review.git_process import GitFailed, GitMissing
from mogplex_daemon.runhost.sandbox.git_places import git_places

FILES_TOLD = 500
LOOK_SECONDS = 5.0
"""How long a look after a turn may hold up the end of a run."""


class WorkspaceChanges:
    """Of one run. A workspace that is in no repository has none, and is left alone."""

    def __init__(self, workspace: Path, folder: Path, emit: Emit) -> None:
        self._snapshots = Snapshots(workspace, folder) if git_places(workspace).writable else None
        self._emit = emit
        self._before = ""
        """The tree the run began with; empty while there is none."""
        self._told = ""
        self._turns = 0
        self._looking = anyio.Lock()

    async def begin(self) -> str:
        """Take the snapshot the run is compared with; why there is none, or an empty text."""
        if self._snapshots is None:
            return ""
        try:
            self._before = self._told = await self._snapshots.take()
        except (GitMissing, GitFailed, OSError) as error:
            return f"the diff of this run cannot be shown: {_reason(error)}"
        return ""

    async def turn_over(self) -> str:
        """Look after a turn, and tell what is different."""
        self._turns += 1
        # The run may end meanwhile; a git that is cut off would have to be ended, and begun again.
        with anyio.move_on_after(LOOK_SECONDS, shield=True):
            await self.tell()
        return ""

    async def tell(self) -> None:
        """Look now; what cannot be looked at is not told."""
        if self._snapshots is None or not self._before:
            return
        async with self._looking:
            try:
                after = await self._snapshots.take()
                if after == self._told:
                    return
                files = parse_changed_files(await self._snapshots.files(self._before, after))
                diff = await self._snapshots.diff(self._before, after)
            except (GitMissing, GitFailed, OSError):
                return
            self._told = after
            await self._emit(
                WorkspaceDiff(
                    turn=max(self._turns, 1),
                    files=files[:FILES_TOLD],
                    more_files=max(0, len(files) - FILES_TOLD),
                    diff=diff,
                )
            )


def _reason(error: Exception) -> str:
    return "git is not installed" if isinstance(error, GitMissing) else str(error)
