"""The lines of Claude Code's control protocol: read with care, written in one place. Pure."""

import json
from typing import cast

from mogplex_daemon.harness.agents.reading import Object, as_objects, as_text, read_json

HOOK = "mogplex"
"""Our name for the hook that is called before every tool."""
HOOK_SECONDS = 86_400
ASKED_BY_HOOK = "Mogplex decides"


class NotALine(ValueError):
    """A line of the agent that is no JSON object; the message says what is wrong with it."""


def read_line(line: bytes) -> Object:
    """The object of one line. Raises NotALine."""
    try:
        found = read_json(line)
    except ValueError as error:
        raise NotALine(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise NotALine(f"a JSON {type(found).__name__} instead of an object")
    return cast("Object", found)


def text_of(content: object) -> str:
    """The text of a message's or a tool result's content: a string, or blocks; those without text are named."""
    if isinstance(content, str):
        return content
    return "\n".join(
        as_text(block.get("text"))
        if block.get("type") == "text"
        else f"[{as_text(block.get('type')) or 'something'}]"
        for block in as_objects(content)
    )


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
