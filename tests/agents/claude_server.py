"""A model server on loopback that speaks the Anthropic Messages API, as far as Claude Code uses it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.agents.script import (
    MAIN,
    Cut,
    Hold,
    Remote,
    Run,
    Say,
    Script,
    Spawn,
    Status,
    Think,
    Wait,
    WriteFile,
)
from tests.agents.scripted_server import Body, ScriptedServer, Write

Block = dict[str, Any]
PROBE_TOKENS = 1
"""What Claude Code lets a model answer when it only wants to know whether it is there."""
UNKNOWN_MODEL = "no-such"
"""Models of this beginning do not exist."""
ERRORS = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    429: "rate_limit_error", 500: "api_error", 529: "overloaded_error",
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """Any tool of Claude Code, with `$CWD` for its workspace in the arguments."""

    tool: str
    arguments: Mapping[str, Any]


class MessagesServer(ScriptedServer):
    """Its tools are called by the names Claude Code gives them."""

    streams = False

    def __init__(self, script: Script) -> None:
        # Its agents are waited for by themselves.
        super().__init__(
            {
                name: [parts for parts in answers if not all(isinstance(part, Wait) for part in parts)]
                for name, answers in script.items()
            }
        )
        self._numbers = count(1)

    def model(self, path: str, body: Body) -> str:
        """The model a request names."""
        return str(body.get("model"))

    def messages(self, body: Body) -> Sequence[Any]:
        """What was said so far."""
        return body.get("messages") or []

    def conversation(self, body: Body) -> str:
        """The first thing that was said in it names it."""
        first = next((each for each in self.messages(body) if each["role"] == "user"), {})
        return self.named(first.get("content"))

    def said_to_model(self) -> str:
        """Everything the model was given in the last request of the main conversation, as text."""
        main = [body for _, body in self.requests if self.conversation(body) == MAIN]
        return json.dumps(self.messages(main[-1]), ensure_ascii=False)

    def aside(self, path: str, body: Body) -> Body | Status | None:
        """Counts of tokens, other paths, and the question whether a model is there."""
        if "count_tokens" in path:
            return {"input_tokens": len(json.dumps(body)) // 4}
        if not path.startswith("/v1/messages"):
            return {}
        if self.model(path, body).startswith(UNKNOWN_MODEL):
            return Status(404, f"model: {body['model']}")
        if body.get("max_tokens") == PROBE_TOKENS:
            return self._message(body, (Say("Hi"),))
        return None

    def failure(self, status: Status) -> Body:
        """The body of an answer that is an error."""
        error = {"type": ERRORS.get(status.code, "api_error"), "message": status.message}
        return {"type": "error", "error": error}

    def unstreamed(self, body: Body, number: int, parts: Sequence[Any]) -> Body | None:
        """A whole answer, or none where it is cut."""
        return None if isinstance(parts[0], Cut) else self._message(body, parts)

    def stream(self, write: Write, body: Body, number: int, parts: Sequence[Any]) -> None:
        """Write a whole answer, or the beginning of one that is cut."""
        for part in parts:
            if isinstance(part, Hold):
                self.said(part)
        for name, fields in events(self._message(body, parts)):
            data = json.dumps({"type": name, **fields})
            write(f"event: {name}\ndata: {data}\n\n".encode())
            if isinstance(parts[0], Cut) and name == "content_block_stop":
                return

    def _message(self, body: dict[str, Any], parts: Sequence[Any]) -> dict[str, Any]:
        blocks = [self._block(part, workspace_of(body)) for part in parts if not isinstance(part, Hold)]
        calls = any(block["type"] == "tool_use" for block in blocks)
        return {
            "id": f"msg_{next(self._numbers):08d}",
            "type": "message",
            "role": "assistant",
            "model": body.get("model"),
            "content": blocks,
            "stop_reason": "tool_use" if calls else "end_turn",
            "stop_sequence": None,
            "usage": {
                "input_tokens": 1_000 + 10 * len(body["messages"]),
                "cache_creation_input_tokens": 100,
                "cache_read_input_tokens": 5_000,
                "output_tokens": 40,
                "service_tier": "standard",
            },
        }

    def _block(self, part: Any, workspace: str) -> Block:
        match part:
            case Say(text=text) | Cut(text=text):
                return {"type": "text", "text": text}
            case Think(text=text):
                return {"type": "thinking", "thinking": text}
            case Run(command=command):
                return self._use("Bash", {"command": command, "description": "run it"})
            case WriteFile(path=path, text=text):
                place = path if path.startswith("/") else f"{workspace}/{path}"
                return self._use("Write", {"file_path": place, "content": text})
            case Remote():
                return self._use(f"mcp__{part.server}__{part.tool}", {"message": part.message})
            case Spawn(task=task):
                return self._use(
                    "Agent", {"description": "help", "prompt": task, "subagent_type": "general-purpose"}
                )
            case Use(tool=tool, arguments=arguments):
                return self._use(tool, json.loads(json.dumps(arguments).replace("$CWD", workspace)))
            case _:
                raise AssertionError(part)

    def _use(self, tool: str, arguments: Mapping[str, Any]) -> Block:
        return {
            "type": "tool_use",
            "id": f"toolu_{next(self._numbers):08d}",
            "name": tool,
            "input": dict(arguments),
        }


def workspace_of(body: Mapping[str, Any]) -> str:
    """Where Claude Code says that it works."""
    everything = json.dumps([body.get("system"), body["messages"]]).replace("\\n", "\n")
    found = re.search(r"(?:[Ww]orking directory|cwd): *([^\s\"\\]+)", everything)
    return found[1] if found else "/nowhere"


def events(message: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A message as it is streamed: the kind of each event and its fields."""
    usage = message["usage"] | {"output_tokens": 1}
    yield (
        "message_start",
        {"message": message | {"content": [], "stop_reason": None, "usage": usage}},
    )
    yield "ping", {}
    for index, block in enumerate(message["content"]):
        for name, fields in pieces(block):
            yield name, {"index": index, **fields}
    yield (
        "message_delta",
        {
            "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
            "usage": message["usage"],
        },
    )
    yield "message_stop", {}


def pieces(block: Block) -> Iterator[tuple[str, dict[str, Any]]]:
    """One content block as it is streamed."""
    match block["type"]:
        case "text":
            yield "content_block_start", {"content_block": {"type": "text", "text": ""}}
            for word in re.findall(r"\S+\s*|\s+", block["text"]):
                yield "content_block_delta", {"delta": {"type": "text_delta", "text": word}}
        case "thinking":
            empty = {"type": "thinking", "thinking": "", "signature": ""}
            yield "content_block_start", {"content_block": empty}
            delta = {"type": "thinking_delta", "thinking": block["thinking"]}
            yield "content_block_delta", {"delta": delta}
            yield "content_block_delta", {"delta": {"type": "signature_delta", "signature": "c2ln"}}
        case _:
            yield "content_block_start", {"content_block": {**block, "input": {}}}
            arguments = json.dumps(block["input"])
            for start in range(0, len(arguments), 40):
                piece = arguments[start : start + 40]
                delta = {"type": "input_json_delta", "partial_json": piece}
                yield "content_block_delta", {"delta": delta}
    yield "content_block_stop", {}
