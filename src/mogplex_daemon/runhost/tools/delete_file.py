"""delete_file: remove a file or a folder."""

import os
import shutil
import stat
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.runhost.anchored import Stamp, open_entry
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied
from mogplex_daemon.runhost.workspace import Workspace, WorkspaceRefusal

MAX_ENTRIES = 10_000
"""More than this is no single decision any more."""


class DeleteFileArguments(Strict):
    """Arguments of delete_file."""

    path: str = Field(description="File or folder to delete, relative to the workspace.")
    recursive: bool = Field(False, description="Whether to delete a folder that is not empty.")


@dataclass(frozen=True, slots=True)
class Deletion:
    """What would be deleted: the entry's relative path, whether it is a folder, and every path below it."""

    path: str
    is_folder: bool
    stamps: dict[str, Stamp]
    """Every file by relative path, the entry itself too unless it is a folder."""


class DeleteFile(NativeTool[DeleteFileArguments]):
    """Deletes exactly what was shown to the gate."""

    name = "delete_file"
    description = "Delete a file, an empty folder, or with recursive a whole folder."
    kind = "delete_file"
    target_argument = "path"
    model = DeleteFileArguments

    async def act(self, call: ToolCall, arguments: DeleteFileArguments) -> ToolResult:
        """Look, ask the gate, delete what is still as it was."""
        workspace = self.services.workspace
        deletion = await anyio.to_thread.run_sync(_look, workspace, arguments)
        verdict = await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=f"delete:{deletion.path}",
                target=deletion.path,
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
                detail=_detail(deletion),
                more_descriptors=tuple(f"delete:{name}" for name in deletion.stamps if name != deletion.path),
            )
        )
        if not verdict.allowed:
            return denied(verdict)
        with anyio.CancelScope(shield=True):
            try:
                await anyio.to_thread.run_sync(_delete, workspace, arguments, deletion)
            finally:
                await self.services.report.workspace_touched()
        return ToolResult("ok", _detail(deletion).replace("Delete", "Deleted", 1))


def _look(workspace: Workspace, arguments: DeleteFileArguments) -> Deletion:
    path = workspace.resolve_entry(arguments.path)
    name = workspace.name(path)
    try:
        status = path.lstat()
    except OSError as error:
        raise WorkspaceRefusal(f"{arguments.path}: {error.strerror}") from error
    if not stat.S_ISDIR(status.st_mode):
        return Deletion(name, False, {name: Stamp.of(status)})
    stamps = _below(workspace, path)
    if stamps and not arguments.recursive:
        raise WorkspaceRefusal(f"{name}: the folder is not empty; set recursive to delete all of it")
    return Deletion(name, True, stamps)


def _below(workspace: Workspace, folder: Path) -> dict[str, Stamp]:
    """Every entry below a folder that is not a folder itself, and empty folders."""
    stamps: dict[str, Stamp] = {}
    for base, folders, files in os.walk(folder):
        here = Path(base)
        if any(name.casefold() == ".git" for name in (*folders, *files)):
            raise WorkspaceRefusal(f"{workspace.name(here)}: it holds a git repository, which is not deleted")
        for name in (*files, *(name for name in folders if _is_leaf(here / name))):
            stamps[workspace.name(here / name)] = Stamp.of((here / name).lstat())
        if len(stamps) > MAX_ENTRIES:
            raise WorkspaceRefusal(f"{workspace.name(folder)}: over {MAX_ENTRIES} files; delete it in parts")
    return stamps


def _is_leaf(folder: Path) -> bool:
    return folder.is_symlink() or not any(folder.iterdir())


def _delete(workspace: Workspace, arguments: DeleteFileArguments, approved: Deletion) -> None:
    if _look(workspace, arguments) != approved:
        raise WorkspaceRefusal(f"{approved.path}: it changed before it could be deleted; nothing was deleted")
    with ExitStack() as stack:
        entry = open_entry(workspace.root, approved.path, stack)
        if not approved.is_folder:
            os.unlink(entry.name, dir_fd=entry.folder)
        elif not approved.stamps:
            os.rmdir(entry.name, dir_fd=entry.folder)
        else:
            shutil.rmtree(entry.name, dir_fd=entry.folder)


def _detail(deletion: Deletion) -> str:
    if not deletion.is_folder:
        return f"Delete {deletion.path} ({deletion.stamps[deletion.path].size} bytes)"
    if not deletion.stamps:
        return f"Delete the empty folder {deletion.path}"
    names = "\n".join(sorted(deletion.stamps))
    return f"Delete the folder {deletion.path} with these {len(deletion.stamps)} entries:\n{names}"
