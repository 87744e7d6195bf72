"""What codex asks for, as a question to the gate, and the gate's verdict as an answer to codex. Pure.

An answer is for this one time: codex's `acceptForSession` and its amendments of rules are never sent, because codex
would not ask again, and amended rules let commands out of its sandbox.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mogplex_daemon.harness.agents.actions import command_action, files_action, remote_tool_action
from mogplex_daemon.harness.agents.jsonrpc import Request
from mogplex_daemon.harness.agents.reading import as_object, as_objects, as_text
from mogplex_daemon.harness.base import ActionRequest
from mogplex_daemon.harness.codex.config import Confinement
from mogplex_daemon.harness.codex.items import APPLY_PATCH, RUN_COMMAND, OpenCall
from mogplex_daemon.harness.codex.protocol import CommandExecution
from mogplex_daemon.harness.codex.translate import Translation
from mogplex_daemon.harness.codex.words import clean_command

Result = Mapping[str, Any]
OUTSIDE = "Approved, it runs outside codex's sandbox."
"""Stands with a command that is to leave the sandbox."""
MORE_THAN_THE_PATCH = "codex asks for more than this patch"


@dataclass(frozen=True, slots=True)
class Question:
    """Something the gate decides."""

    action: ActionRequest
    call: OpenCall | None
    """The tool call it is about, when it is known."""
    accept: Result
    decline: Result


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that is answered without anybody deciding."""

    result: Result | None
    """None: the request is refused as unknown."""
    told: str
    """What a person is told."""


def read_request(
    request: Request, translation: Translation, workspace: Path, held: Confinement
) -> Question | Answer:
    """What a request of codex comes to. Malformed ones are refused."""
    try:
        return _read(request.method, request.params, translation, workspace, held)
    except (LookupError, TypeError, ValueError) as error:
        return Answer(None, f"codex asked for {request.method} in a way that is not understood: {error}")


def _read(
    method: str, params: Mapping[str, Any], translation: Translation, workspace: Path, held: Confinement
) -> Question | Answer:
    match method:
        case "item/commandExecution/requestApproval":
            return _command(params, translation, held)
        case "item/fileChange/requestApproval":
            return _patch(params, translation, workspace)
        case "mcpServer/elicitation/request":
            return _elicitation(params, translation)
        case "item/permissions/requestApproval":
            why = as_text(params.get("reason")) or "no reason given"
            return Answer(
                {"permissions": {}, "scope": "turn"},
                f"codex asked for further permissions and was given none: {why}",
            )
        case "item/tool/requestUserInput":
            return Answer(
                {"answers": {}}, f"codex asked a question that cannot be answered here: {_questions(params)}"
            )
        case _:
            return Answer(None, f"codex asked for {method}, which this version does not know; it was refused")


def _command(params: Mapping[str, Any], translation: Translation, held: Confinement) -> Question | Answer:
    call, agent_id, call_id = _call(params, translation)
    command = clean_command(as_text(params.get("command")))
    if not command and call is not None and isinstance(call.item, CommandExecution):
        command = clean_command(call.item.command)
    host = as_text(as_object(params.get("networkApprovalContext")).get("host"))
    kind = params.get("kind")
    notes = _reason(params)
    if not command and not host:
        return Answer({"decision": "decline"}, "codex asked for a command it did not show; it was declined")
    if host:
        notes.append(f"It wants to reach {host} over the network.")
    if kind == "writeStdin":
        notes.append("It is typed into a command that runs.")
    if params.get("additionalPermissions"):
        notes.append(f"It asks for: {json.dumps(params['additionalPermissions'], ensure_ascii=False)}")
    # Only a command that is to leave the sandbox has a reason; on request none but those are asked for.
    if params.get("reason") or held.approval_policy == "on-request":
        notes.append(OUTSIDE)
    action = command_action(
        command or f"reach {host}",
        tool=RUN_COMMAND,
        agent_id=agent_id,
        call_id=call_id,
        reason="\n".join(notes),
    )
    return Question(action, call, {"decision": "accept"}, {"decision": "decline"})


def _patch(params: Mapping[str, Any], translation: Translation, workspace: Path) -> Question | Answer:
    call, agent_id, call_id = _call(params, translation)
    if call is None or call.patch is None or not call.patch.files:
        return Answer({"decision": "decline"}, "codex asked for a patch it did not show; it was declined")
    action = files_action(
        call.patch.written,
        call.patch.deleted,
        call.patch.diff,
        workspace=workspace,
        tool=APPLY_PATCH,
        agent_id=agent_id,
        call_id=call_id,
        patch_id=call.patch_id,
    )
    notes = _reason(params)
    if root := as_text(params.get("grantRoot")):
        # Rules speak of the files of a patch, and this is about every later one below a folder.
        notes.append(f"It wants to write below {root} from then on, without asking again.")
        action = replace(action, ask_because=MORE_THAN_THE_PATCH)
    if notes:
        action = replace(action, detail="\n\n".join((*notes, action.detail)))
    return Question(action, call, {"decision": "accept"}, {"decision": "decline"})


def _elicitation(params: Mapping[str, Any], translation: Translation) -> Question | Answer:
    server = as_text(params.get("serverName"))
    meta = as_object(params.get("_meta"))
    if meta.get("codex_approval_kind") != "mcp_tool_call":
        said = as_text(params.get("message")) or as_text(params.get("title")) or "something"
        return Answer(
            {"action": "decline", "content": None},
            f"the MCP server {server} asked for {said}, which cannot be answered here; it was declined",
        )
    tool, arguments = as_text(meta.get("tool_name")), as_object(meta.get("tool_params"))
    if not server or not tool:
        declined = {"action": "decline", "content": None}
        return Answer(declined, "codex asked for a remote tool it did not name; it was declined")
    thread_id = as_text(params.get("threadId"))
    call = translation.items.remote_call(thread_id, server, tool, arguments)
    member = translation.crew.of_thread(thread_id) or translation.crew.main
    action = remote_tool_action(
        server,
        tool,
        json.dumps(arguments, ensure_ascii=False, indent=2),
        tool=f"{server}/{tool}",
        agent_id="" if member is None else member.agent_id,
        call_id="" if call is None else call.call_id,
    )
    return Question(action, call, {"action": "accept", "content": {}}, {"action": "decline", "content": None})


def _reason(params: Mapping[str, Any]) -> list[str]:
    """Why the agent wants it, marked as its own words: nobody must take them for ours."""
    return [f"codex says why: {reason}"] if (reason := as_text(params.get("reason"))) else []


def _call(params: Mapping[str, Any], translation: Translation) -> tuple[OpenCall | None, str, str]:
    """The call a request is about, its agent and its id."""
    thread_id = as_text(params.get("threadId"))
    call = translation.items.call((thread_id, as_text(params.get("turnId")), as_text(params.get("itemId"))))
    if call is not None:
        return call, call.member.agent_id, call.call_id
    member = translation.crew.of_thread(thread_id) or translation.crew.main
    return None, "" if member is None else member.agent_id, ""


def _questions(params: Mapping[str, Any]) -> str:
    if not isinstance(params.get("questions", []), list):
        raise ValueError("its questions are no list")
    return " · ".join(as_text(each.get("question")) for each in as_objects(params.get("questions")))
