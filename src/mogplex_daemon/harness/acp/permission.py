"""What an agent asks for, as a question to the gate, and the gate's verdict as an answer to the agent. Pure.

An answer is for this one time: "always" is never said, because the agent would not ask again, or would write it down
among the person's own settings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mogplex_contracts.permissions import path_descriptor
from mogplex_daemon.harness.acp.agents.agent import Agent
from mogplex_daemon.harness.acp.calls import Call
from mogplex_daemon.harness.acp.words import content_text, shown_json
from mogplex_daemon.harness.agents.actions import command_action, files_action, real_path, remote_tool_action
from mogplex_daemon.harness.agents.reading import Object, as_object, as_objects, as_text
from mogplex_daemon.harness.base import ActionRequest

Result = Mapping[str, Any]
PATH_ARGUMENTS = ("filePath", "filepath", "file_path", "path", "source", "destination", "target")
"""What agents call the path among a call's arguments."""
NO_FILE = "it does not say which file it changes"
HIDDEN = "it does not show all of the change"
CANCELLED: Result = {"outcome": {"outcome": "cancelled"}}


@dataclass(frozen=True, slots=True)
class Question:
    """Something the gate decides."""

    action: ActionRequest
    call: Call
    accept: Result
    decline: Result


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered without anybody deciding. `told` is for people; nothing when it goes without saying."""

    result: Result
    told: str = ""


def read_request(
    params: Object, call: Call | None, agent: Agent, workspace: Path, servers: Sequence[str] = ()
) -> Question | Answer:
    """What a `session/request_permission` comes to; `call` is what is known of its call, `servers` the names
    of the MCP servers the agent was given.

    Of options of one kind, the first counts.
    """
    options: dict[str, str] = {}
    for each in as_objects(params.get("options")):
        options.setdefault(as_text(each.get("kind")), as_text(each.get("optionId")))
    once, reject = options.get("allow_once"), options.get("reject_once")
    decline = _selected(reject) if reject else CANCELLED
    if call is None:
        return Answer(decline, f"{agent.name} asked for something without saying what; it was declined")
    if not once:
        told = f"{agent.name} offers no permission for once, only for good; it was declined: {call.title}"
        return Answer(decline, told)
    asked = as_object(as_object(params.get("toolCall")).get("rawInput"))
    # By what is known of the call itself: reading outside is asked for here and nowhere else.
    if agent.is_preliminary(asked) and call.kind in ("execute", "edit"):
        return Answer(_selected(once))
    return Question(action_of(call, agent, workspace, servers), call, _selected(once), decline)


def action_of(call: Call, agent: Agent, workspace: Path, servers: Sequence[str] = ()) -> ActionRequest:
    """A call as it is put to the gate: by the most dangerous thing that is told of it."""
    notes = content_text(call.content)
    match call.action:
        case "run_command" if call.command:
            return command_action(
                call.command, tool=call.tool, agent_id=call.agent_id, call_id=call.call_id, reason=notes
            )
        case "apply_patch" | "delete_file":
            written, deleted = _paths(call, workspace)
            action = files_action(
                written,
                deleted,
                call.patch.diff if call.patch else shown_json(call.raw_input or call.title),
                workspace=workspace,
                tool=call.tool,
                agent_id=call.agent_id,
                call_id=call.call_id,
                patch_id=call.patch_id,
            )
            if not written and not deleted:
                return replace(action, target=call.title, ask_because=NO_FILE)
            hidden = call.patch is not None and not call.patch.whole
            return replace(action, ask_because=HIDDEN) if hidden else action
        case "read" if call.paths:
            return _reading(call, workspace)
        case _:
            remote = agent.remote_name(call.title, servers) if call.kind == "other" else None
            server, name = remote or (agent.name, call.title or call.kind)
            return remote_tool_action(
                server,
                name,
                shown_json(call.raw_input) if call.raw_input else notes or call.title,
                tool=f"{server}/{name}" if remote else call.tool,
                agent_id=call.agent_id,
                call_id=call.call_id,
            )


def _paths(call: Call, workspace: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is written and what is gone. What the patch does not show, the call's locations and arguments may."""
    named = [*call.paths, *(as_text(call.raw_input.get(name)) for name in PATH_ARGUMENTS)]
    if call.kind == "move":
        # Which of them will be gone is not told: every one of them may be.
        both = _real((*named, *(call.patch.written + call.patch.deleted if call.patch else ())), workspace)
        return both, both
    if call.patch is not None:
        deleted = _real(call.patch.deleted, workspace)
        written = _real((*call.patch.written, *named), workspace)
        return tuple(path for path in written if path not in deleted), deleted
    return ((), _real(named, workspace)) if call.action == "delete_file" else (_real(named, workspace), ())


def _real(paths: Iterable[str], workspace: Path) -> tuple[str, ...]:
    """Each place once, whatever it is called."""
    return tuple(dict.fromkeys(real_path(path, workspace) for path in paths if path))


def _reading(call: Call, workspace: Path) -> ActionRequest:
    first, *more = (
        path_descriptor("read", real_path(path, workspace), str(workspace)) for path in call.paths
    )
    return ActionRequest(
        kind="read",
        descriptor=first,
        target=first.partition(":")[2],
        tool=call.tool,
        agent_id=call.agent_id,
        call_id=call.call_id,
        detail=shown_json(call.raw_input) if call.raw_input else call.title,
        more_descriptors=tuple(more),
    )


def _selected(option: str) -> Result:
    return {"outcome": {"outcome": "selected", "optionId": option}}
