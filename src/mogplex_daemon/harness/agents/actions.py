"""What another agent wants to do, described for the gate as our own tools describe it: one set of rules for all."""

import os
from collections.abc import Sequence
from pathlib import Path

from mogplex_contracts.permissions import path_descriptor
from mogplex_contracts.vocabulary import ActionKind
from mogplex_daemon.harness.base import ActionRequest


def command_action(
    command: str, *, tool: str, agent_id: str, call_id: str, reason: str = ""
) -> ActionRequest:
    """A shell command, to the letter. `reason` is what the agent says for it."""
    return ActionRequest(
        kind="run_command",
        descriptor=f"bash:{command}",
        target=command,
        tool=tool,
        agent_id=agent_id,
        call_id=call_id,
        detail=f"{command}\n\n{reason}".rstrip() if reason else command,
    )


def files_action(
    written: Sequence[str],
    deleted: Sequence[str],
    diff: str,
    *,
    workspace: Path,
    tool: str,
    agent_id: str,
    call_id: str,
    patch_id: str | None = None,
) -> ActionRequest:
    """A change of files: every path that is written and every path that is gone must be allowed.

    Paths are absolute or relative to `workspace`. They are followed through symlinks first, so that a link
    cannot lead a rule about one place to another.
    """
    root = str(workspace)
    names = [
        *(path_descriptor("write", real_path(path, workspace), root) for path in written),
        *(path_descriptor("delete", real_path(path, workspace), root) for path in deleted),
    ]
    first, *more = names or ["write:?"]
    kind: ActionKind = "delete_file" if deleted and not written else "apply_patch"
    return ActionRequest(
        kind=kind,
        descriptor=first,
        target=", ".join(dict.fromkeys(name.partition(":")[2] for name in names)),
        tool=tool,
        agent_id=agent_id,
        call_id=call_id,
        detail=diff,
        more_descriptors=tuple(more),
        patch_id=patch_id,
    )


def remote_tool_action(
    server: str, name: str, arguments: str, *, tool: str, agent_id: str, call_id: str
) -> ActionRequest:
    """A call of an MCP server's tool. `arguments` are shown whole."""
    return ActionRequest(
        kind="use_remote_tool",
        descriptor=f"mcp:{server}/{name}",
        target=f"{server}/{name}",
        tool=tool,
        agent_id=agent_id,
        call_id=call_id,
        detail=arguments,
    )


def real_path(path: str, workspace: Path) -> str:
    """Where a path that an agent names leads, absolute, through every link. Never raises.

    What no file system can hold, such as a NUL, stays as it is: nothing can be done with it either.
    """
    whole = str(workspace / path)
    try:
        return os.path.realpath(whole)
    except (OSError, ValueError):
        return os.path.normpath(whole)
