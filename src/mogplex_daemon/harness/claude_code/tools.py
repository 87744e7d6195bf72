"""What Claude Code's tools do, in the words of our own: the kind of action, its target, and whether it is asked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from mogplex_contracts.permissions import path_descriptor
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import ActionKind, AgentRole, AgentStatus
from mogplex_daemon.harness.agents.actions import command_action, real_path, remote_tool_action
from mogplex_daemon.harness.agents.reading import Object, as_objects, as_text
from mogplex_daemon.harness.base import ActionRequest

Sort = Literal["command", "edit", "read", "inner", "question", "plan", "remote"]
"""What a tool is for: a shell command, a change of a file, a look at the workspace, the agent's own book-keeping, a
question to the person, a plan to be approved, or something beyond this machine's files."""

SORTS: Mapping[str, Sort] = {
    "Bash": "command",
    "Write": "edit",
    "Edit": "edit",
    "MultiEdit": "edit",
    "NotebookEdit": "edit",
    "Read": "read",
    "NotebookRead": "read",
    "Glob": "read",
    "Grep": "read",
    "LS": "read",
    "Agent": "inner",
    "Task": "inner",
    "TaskCreate": "inner",
    "TaskUpdate": "inner",
    "TaskGet": "inner",
    "TaskList": "inner",
    "TaskOutput": "inner",
    "TaskStop": "inner",
    "BashOutput": "inner",
    "KillShell": "inner",
    "ListAgents": "inner",
    "ReportFindings": "inner",
    "TodoWrite": "inner",
    "ToolSearch": "inner",
    "EnterPlanMode": "inner",
    "AskUserQuestion": "question",
    "ExitPlanMode": "plan",
}
"""Whatever is not here is `remote`: put to the gate under its own name. `inner` tools are the only ones that are
not asked: they touch nothing but the agent's own notes, and what a sub-agent does is asked for itself."""

OUR_NAMES: Mapping[str, str] = {
    "Bash": "run_command",
    "Write": "apply_patch",
    "Edit": "apply_patch",
    "MultiEdit": "apply_patch",
    "NotebookEdit": "apply_patch",
    "Read": "read_file",
    "NotebookRead": "read_file",
    "Glob": "list_files",
    "LS": "list_files",
    "Grep": "search",
}
"""What our own tools of the same use are called: what a turn is narrowed to names those."""
SERVER = "claude-code"
"""Stands where an MCP server's name does for tools that are Claude Code's own, such as `mcp:claude-code/WebFetch`."""
PATHS = ("file_path", "notebook_path", "path")
TARGETS = (*PATHS, "command", "url", "query", "pattern", "subject", "description", "skill", "taskId")
"""Arguments that say what a call is about; the first that is there is shown."""
WORDS = 80

ROLES: Mapping[str, AgentRole] = {
    "plan": "architect",
    "architect": "architect",
    "explore": "researcher",
    "research": "researcher",
    "review": "reviewer",
    "test": "tester",
}
"""Role of a sub-agent by a word in the name of its type."""


def sort_of(tool: str) -> Sort:
    """What a tool is for."""
    return SORTS.get(tool, "remote")


def our_name(tool: str) -> str:
    """What the gate knows the tool as."""
    return OUR_NAMES.get(tool, tool)


def kind_of(tool: str) -> ActionKind:
    """The kind of action that a call of it is shown as."""
    match sort_of(tool):
        case "command":
            return "run_command"
        case "edit":
            return "apply_patch"
        case "read" | "inner" | "question" | "plan":
            return "read"
        case "remote":
            return "use_remote_tool"


def status_of(tool: str) -> AgentStatus:
    """What an agent does while it calls the tool."""
    match sort_of(tool):
        case "edit":
            return "editing"
        case "plan":
            return "planning"
        case _:
            return "calling_tool"


def target_of(tool: str, tool_input: Object, workspace: Path) -> str:
    """What a call is about, as a person reads it: paths inside the workspace are relative to it."""
    if sort_of(tool) == "question":
        return " · ".join(as_text(each.get("question")) for each in as_objects(tool_input.get("questions")))
    if remote := remote_name(tool):
        return "/".join(remote)
    for name in TARGETS:
        if told := as_text(tool_input.get(name)):
            return shown_path(told, workspace) if name in PATHS else told
    return ""


def shown_path(path: str, workspace: Path) -> str:
    """Relative to the workspace when it is inside, absolute when it is not."""
    return path_descriptor("read", path, str(workspace)).partition(":")[2]


def path_of(tool_input: Object) -> str:
    """The path a call names; the workspace itself when it names none."""
    return next((path for name in PATHS if (path := as_text(tool_input.get(name)))), ".")


def remote_name(tool: str) -> tuple[str, str] | None:
    """Server and tool of `mcp__server__tool`; None for Claude Code's own."""
    words = tool.split("__", 2)
    return (words[1], words[2]) if len(words) == 3 and words[0] == "mcp" else None


def action_words(tool: str, target: str) -> str:
    """What an agent does now, in a few words."""
    match sort_of(tool):
        case "command":
            words = f"$ {target}"
        case "edit":
            words = f"patch {target}"
        case "read":
            words = f"{tool.lower()} {target}"
        case "question":
            words = f"asks: {target}"
        case "plan":
            words = "shows its plan"
        case "inner" | "remote":
            words = f"{tool} {target}"
    return one_line(words, WORDS)


def role_of(agent_type: str) -> AgentRole:
    """What a sub-agent is there for, by the name of its type."""
    name = agent_type.lower()
    for word, role in ROLES.items():
        if word in name:
            return role
    return "builder"


def request_of(
    tool: str, tool_input: Object, workspace: Path, *, agent_id: str, call_id: str
) -> ActionRequest | None:
    """What the gate is asked about a call that changes no file; None when it is asked nothing."""
    match sort_of(tool):
        case "command":
            told = as_text(tool_input.get("description"))
            reason = f"claude says why: {told}" if told else ""
            return command_action(
                as_text(tool_input.get("command")),
                tool=our_name(tool),
                agent_id=agent_id,
                call_id=call_id,
                reason=reason,
            )
        case "read":
            real = real_path(path_of(tool_input), workspace)
            return ActionRequest(
                kind="read",
                descriptor=path_descriptor("read", real, str(workspace)),
                target=shown_path(real, workspace),
                tool=our_name(tool),
                agent_id=agent_id,
                call_id=call_id,
                detail=_arguments(tool_input) if tool in ("Glob", "Grep") else "",
            )
        case "inner":
            return None
        case "edit" | "question" | "plan" | "remote":
            server, name = remote_name(tool) or (SERVER, tool)
            return remote_tool_action(
                server, name, _arguments(tool_input), tool=tool, agent_id=agent_id, call_id=call_id
            )


def _arguments(tool_input: Object) -> str:
    return json.dumps(dict(tool_input), indent=2, ensure_ascii=False)
