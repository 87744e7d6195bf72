"""list_files: the files of a folder that git does not ignore, with sizes."""

import anyio.to_thread
from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.runhost.fileset import list_workspace, matching, regular_size
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied
from mogplex_daemon.runhost.workspace import Workspace, WorkspaceRefusal


class ListFilesArguments(Strict):
    """Arguments of list_files."""

    path: str = Field(".", description="Folder to list, relative to the workspace.")
    glob: str | None = Field(None, description="Only names like this, such as '*.py' or 'src/**/*.ts'.")
    limit: int = Field(500, ge=1, le=5000, description="How many files to list at most.")


class ListFiles(NativeTool[ListFilesArguments]):
    """Lists files, sorted by path."""

    name = "list_files"
    description = "List files with their sizes in bytes. Files that git ignores are left out."
    kind = "read"
    target_argument = "path"
    model = ListFilesArguments

    async def act(self, call: ToolCall, arguments: ListFilesArguments) -> ToolResult:
        """Ask the gate, then list."""
        workspace = self.services.workspace
        folder = workspace.resolve(arguments.path)
        verdict = await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=workspace.descriptor("read", folder),
                target=workspace.name(folder),
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
            )
        )
        if not verdict.allowed:
            return denied(verdict)
        if not folder.exists():
            raise WorkspaceRefusal(f"{arguments.path}: no such file or folder")
        names = await anyio.to_thread.run_sync(chosen_files, workspace, arguments.path, arguments.glob)
        return ToolResult("ok", _listing(workspace, names, arguments.limit))


def chosen_files(workspace: Workspace, path: str, glob: str | None) -> list[str]:
    """The names below `path` that `glob` matches. Raises WorkspaceRefusal for an outside path or bad glob."""
    names = list_workspace(workspace.root, workspace.name(workspace.resolve(path)))
    if glob is None:
        return names
    try:
        return matching(names, glob)
    except ValueError as error:
        raise WorkspaceRefusal(f"glob {glob!r}: {error}") from error


def _listing(workspace: Workspace, names: list[str], limit: int) -> str:
    if not names:
        return "[no files]"
    lines = [_line(workspace, name) for name in names[:limit]]
    if len(names) > limit:
        lines.append(f"[{limit} of {len(names)} files; narrow it with path or glob, or raise limit]")
    return "\n".join(lines)


def _line(workspace: Workspace, name: str) -> str:
    size = regular_size(workspace.root / name)
    return f"{name} (symlink)" if size is None else f"{name} ({size} bytes)"
