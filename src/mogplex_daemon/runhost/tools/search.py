"""search: a regular expression over the files that git does not ignore."""

import json
import math
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
import anyio.to_thread
from anyio.streams.buffered import BufferedByteReceiveStream
from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.home.child_process import child_process
from mogplex_daemon.runhost import scan_worker
from mogplex_daemon.runhost.tools.list_files import chosen_files
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied
from mogplex_daemon.runhost.workspace import WorkspaceRefusal

SEARCH_SECONDS = 10.0
MAX_LINE_BYTES = 100_000
WORKER = (sys.executable, "-I", "-S", scan_worker.__file__)


class SearchArguments(Strict):
    """Arguments of search."""

    pattern: str = Field(min_length=1, description="Regular expression (Python's), matched line by line.")
    path: str = Field(".", description="Folder or file to search, relative to the workspace.")
    glob: str | None = Field(None, description="Only in files named like this, such as '*.py'.")
    ignore_case: bool = Field(False, description="Whether upper and lower case are the same.")
    limit: int = Field(200, ge=1, le=1000, description="How many matching lines to give at most.")


@dataclass(slots=True)
class Findings:
    """What the scan gave. `summary` is None when it was stopped by the deadline."""

    matches: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])
    summary: dict[str, Any] | None = None


class Search(NativeTool[SearchArguments]):
    """Searches text. The gate is asked for every file that has a match before any is shown."""

    name = "search"
    description = "Search files for a regular expression. Answers with lines 'path:line: text'."
    kind = "read"
    target_argument = "pattern"
    model = SearchArguments

    async def act(self, call: ToolCall, arguments: SearchArguments) -> ToolResult:
        """Scan, ask the gate for what was found, then tell."""
        workspace = self.services.workspace
        folder = workspace.resolve(arguments.path)
        if not folder.exists():
            raise WorkspaceRefusal(f"{arguments.path}: no such file or folder")
        names = await anyio.to_thread.run_sync(chosen_files, workspace, arguments.path, arguments.glob)
        findings = await scan(workspace.root, names, arguments)
        if findings.summary and "error" in findings.summary:
            return ToolResult("error", f"pattern: not a regular expression: {findings.summary['error']}")
        hits = dict.fromkeys(name for name, _, _ in findings.matches)
        verdict = await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=workspace.descriptor("read", folder),
                target=f"{arguments.pattern} in {workspace.name(folder)}",
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
                more_descriptors=tuple(f"read:{name}" for name in hits),
            )
        )
        return ToolResult("ok", _told(findings, len(names))) if verdict.allowed else denied(verdict)


async def scan(
    root: Path, names: list[str], arguments: SearchArguments, seconds: float = SEARCH_SECONDS
) -> Findings:
    """Search `names` below `root` in a process of its own, which is killed after `seconds`."""
    request = {
        "root": os.fspath(root),
        "names": names,
        "pattern": arguments.pattern,
        "ignore_case": arguments.ignore_case,
        "limit": arguments.limit,
        "seconds": math.ceil(seconds) + 1,
    }
    findings = Findings()
    async with child_process(WORKER) as process:
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_send, process, json.dumps(request).encode())
                await _receive(process, findings)
    return findings


async def _send(process: anyio.abc.Process, request: bytes) -> None:
    assert process.stdin is not None
    try:
        await process.stdin.send(request)
        await process.stdin.aclose()
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        # It ended early; what it wrote says why.
        return


async def _receive(process: anyio.abc.Process, findings: Findings) -> None:
    assert process.stdout is not None
    lines = BufferedByteReceiveStream(process.stdout)
    try:
        while findings.summary is None:
            answer = json.loads(await lines.receive_until(b"\n", MAX_LINE_BYTES))
            if isinstance(answer, dict):
                findings.summary = answer
            else:
                findings.matches.append(tuple(answer))
    except (anyio.IncompleteRead, anyio.EndOfStream):
        return


def _told(findings: Findings, files: int) -> str:
    lines = [f"{name}:{number}: {text}" for name, number, text in findings.matches]
    summary = findings.summary
    if summary is None:
        lines.append(
            f"[stopped after {SEARCH_SECONDS:g} s, not all of {files} files were searched; narrow it]"
        )
    else:
        if not lines:
            lines.append(f"[no match in {summary['searched']} files]")
        if summary["more"]:
            lines.append(
                f"[more than {len(findings.matches)} matches; narrow it with path or glob, or raise limit]"
            )
        if summary["skipped_big"]:
            lines.append(f"[{summary['skipped_big']} files over 5 MB were not searched]")
    return "\n".join(lines)
