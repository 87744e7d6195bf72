"""The lines of Claude Code's control protocol: read with care, written in one place. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

Object = Mapping[str, Any]
"""One JSON object. What it holds is only known once it is looked at."""

HOOK = "mogplex"
"""Our name for the hook that is called before every tool."""
HOOK_SECONDS = 86_400
ASKED_BY_HOOK = "Mogplex decides"


class NotALine(ValueError):
    """A line of the agent that is no JSON object; the message says what is wrong with it."""


def read_line(line: bytes) -> Object:
    """The object of one line. Raises NotALine."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise NotALine(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise NotALine(f"a JSON {type(found).__name__} instead of an object")
    return cast("Object", found)


def obj(value: object) -> Object:
    """The object `value` is; an empty one when it is something else."""
    return cast("Object", value) if isinstance(value, dict) else {}


def items(value: object) -> Sequence[Object]:
    """The objects in the list `value` is; what is no object is left out."""
    if not isinstance(value, list):
        return ()
    return tuple(cast("Object", each) for each in cast("list[object]", value) if isinstance(each, dict))


def string(value: object) -> str:
    """The string `value` is; an empty one when it is something else."""
    return value if isinstance(value, str) else ""


def strings(value: object) -> Sequence[str]:
    """The strings in the list `value` is; what is none is left out."""
    if not isinstance(value, list):
        return ()
    return tuple(each for each in cast("list[object]", value) if isinstance(each, str))


def number(value: object) -> int:
    """The whole number `value` is; 0 when it is something else."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def text_of(content: object) -> str:
    """The text of a message's or a tool result's content: a string, or blocks with text in them."""
    if isinstance(content, str):
        return content
    return "\n".join(string(block.get("text")) for block in items(content) if block.get("type") == "text")


def control_request(request_id: str, subtype: str, **fields: object) -> bytes:
    """A request to the agent."""
    request = {"subtype": subtype, **fields}
    return _line({"type": "control_request", "request_id": request_id, "request": request})


def initialize(request_id: str, instructions: str) -> bytes:
    """The first line. `instructions` are added to the agent's own system prompt.

    The hook makes it ask before every tool: on its own it asks for nothing it takes for harmless.
    """
    before_tools = {"hookCallbackIds": [HOOK], "timeout": HOOK_SECONDS, "onFailure": "block"}
    more = {"appendSystemPrompt": instructions} if instructions else {}
    return control_request(request_id, "initialize", hooks={"PreToolUse": [before_tools]}, **more)


def user_message(uuid: str, text: str) -> bytes:
    """What a person says; `uuid` names it in what the agent says about it."""
    message = {"role": "user", "content": text}
    return _line(
        {"type": "user", "uuid": uuid, "message": message, "parent_tool_use_id": None, "session_id": ""}
    )


def hook_answer(request_id: str) -> bytes:
    """To the hook before a tool: ask whether it may run."""
    decision = {
        "hookEventName": "PreToolUse",
        "permissionDecision": "ask",
        "permissionDecisionReason": ASKED_BY_HOOK,
    }
    return _answer(request_id, {"hookSpecificOutput": decision})


def allow(request_id: str, tool_input: Object) -> bytes:
    """The tool may run, with this input. Never with a rule for later calls: rules are ours."""
    return _answer(request_id, {"behavior": "allow", "updatedInput": dict(tool_input)})


def deny(request_id: str, message: str) -> bytes:
    """The tool does not run; the model is told `message` and goes on."""
    return _answer(request_id, {"behavior": "deny", "message": message})


def cannot(request_id: str, why: str) -> bytes:
    """To a request that is not known here."""
    return _line(
        {
            "type": "control_response",
            "response": {"subtype": "error", "request_id": request_id, "error": why},
        }
    )


def _answer(request_id: str, response: Object) -> bytes:
    return _line(
        {
            "type": "control_response",
            "response": {"subtype": "success", "request_id": request_id, "response": response},
        }
    )


def _line(content: Object) -> bytes:
    # Escaped, so that also half a character of a torn text makes a line that can be read.
    return json.dumps(content, separators=(",", ":")).encode()
