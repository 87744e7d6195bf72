"""read_file: the text of a file, in bounded pieces."""

import os
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import anyio.to_thread
from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.runhost.anchored import FILE_FLAGS, open_entry
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied
from mogplex_daemon.runhost.workspace import Workspace, WorkspaceRefusal

MAX_BYTES = 200_000
"""What one call gives to the model at most."""
BINARY_PROBE = 8_192


class ReadFileArguments(Strict):
    """Arguments of read_file."""

    path: str = Field(description="Path of the file, relative to the workspace.")
    offset: int = Field(1, ge=1, description="First line to read, counted from 1.")
    limit: int = Field(2000, ge=1, description="How many lines to read at most.")


class ReadFile(NativeTool[ReadFileArguments]):
    """Reads text. A path outside the workspace is put to the gate under its absolute name."""

    name = "read_file"
    description = "Read a text file. Long files come in pieces; the answer says how to read on."
    kind = "read"
    target_argument = "path"
    model = ReadFileArguments

    async def act(self, call: ToolCall, arguments: ReadFileArguments) -> ToolResult:
        """Ask the gate, then read."""
        workspace = self.services.workspace
        path = workspace.locate(arguments.path)
        verdict = await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=workspace.descriptor("read", path),
                target=workspace.name(path),
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
            )
        )
        if not verdict.allowed:
            return denied(verdict)
        text = await anyio.to_thread.run_sync(_read, workspace, path, arguments)
        return ToolResult("ok", text)


def _read(workspace: Workspace, path: Path, arguments: ReadFileArguments) -> str:
    with ExitStack() as stack:
        try:
            if workspace.contains(path) and path != workspace.root:
                entry = open_entry(workspace.root, workspace.name(path), stack)
                descriptor = os.open(entry.name, FILE_FLAGS, dir_fd=entry.folder)
            else:
                descriptor = os.open(path, FILE_FLAGS)
        except OSError as error:
            raise WorkspaceRefusal(f"{arguments.path}: {error.strerror}") from error
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            os.close(descriptor)
            what = "a folder; use list_files" if stat.S_ISDIR(mode) else "not a regular file"
            raise WorkspaceRefusal(f"{arguments.path}: it is {what}")
        file = stack.enter_context(os.fdopen(descriptor, "rb"))
        if b"\0" in file.read(BINARY_PROBE):
            size = os.fstat(descriptor).st_size
            raise WorkspaceRefusal(f"{arguments.path}: it is a binary file of {size} bytes, not text")
        file.seek(0)
        return _piece(file, arguments)


def _piece(file: BinaryIO, arguments: ReadFileArguments) -> str:
    """The lines asked for, at most MAX_BYTES of them, and a last line that tells how to get more."""
    passed = 0
    while passed < arguments.offset - 1 and (line := file.readline(MAX_BYTES)):
        passed += line.endswith(b"\n")
    lines: list[bytes] = []
    size = 0
    note = ""
    number = arguments.offset
    while line := file.readline(MAX_BYTES + 1):
        if number == arguments.offset + arguments.limit or size + len(line) > MAX_BYTES:
            if not lines:
                lines.append(line[:MAX_BYTES])
                note = f"[line {number} is cut after {MAX_BYTES} bytes; use run_command to see the rest]"
            else:
                note = f"[more follows; read on with offset={number}]"
            break
        lines.append(line)
        size += len(line)
        number += 1
    if not lines:
        return "[the file is empty]" if not passed else f"[the file has only {passed} lines]"
    text = b"".join(lines).decode("utf-8", "replace")
    return text if not note else f"{text.removesuffix(chr(10))}\n{note}"
