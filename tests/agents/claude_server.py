"""A model server on loopback that speaks the Anthropic Messages API, as far as Claude Code uses it."""

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Self

from tests.agents.script import MAIN, Cut, Hold, Remote, Run, Say, Spawn, Status, Think, Wait, WriteFile

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


class ModelServer:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self, port: int = 0, **conversations: Sequence[Sequence[Any]]) -> None:
        self.answers = {name: list(answers) for name, answers in conversations.items()}
        self.requests: list[dict[str, Any]] = []
        """The body of every request for an answer, oldest first."""
        self.keys: list[str] = []
        """The credential of each."""
        self.release = threading.Event()
        self.held = threading.Event()
        """Set when a request waits for `release`."""
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", port), self._handler())

    @property
    def url(self) -> str:
        """What ANTHROPIC_BASE_URL is set to."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve for as long as the context lasts."""
        thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self.release.set()
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def models(self) -> list[str]:
        """The model of each request."""
        return [str(body.get("model")) for body in self.requests]

    def said_to_model(self) -> str:
        """Everything the model was given in the last request of the main conversation, as text."""
        main = [body for body in self.requests if conversation(body, self.answers) == MAIN]
        return json.dumps(main[-1]["messages"], ensure_ascii=False)

    def _next(self, body: dict[str, Any], key: str) -> Sequence[Any]:
        with self._lock:
            self.requests.append(body)
            self.keys.append(key)
            answers = self.answers.get(conversation(body, self.answers), [])
            # Its agents are waited for by themselves.
            while answers and all(isinstance(part, Wait) for part in answers[0]):
                answers.pop(0)
            if len(answers) == 1 and isinstance(answers[0][0], Status | Cut):
                return answers[0]
            return answers.pop(0) if answers else (Say("Done."),)

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

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_HEAD(self) -> None:
                self._json(200, None)

            def do_GET(self) -> None:
                self._fail(404, "there is no such thing")

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
                if "count_tokens" in self.path:
                    return self._json(200, {"input_tokens": len(json.dumps(body)) // 4})
                if not self.path.startswith("/v1/messages"):
                    return self._json(200, {})
                if str(body.get("model")).startswith(UNKNOWN_MODEL):
                    return self._fail(404, f"model: {body['model']}")
                if body.get("max_tokens") == PROBE_TOKENS:
                    return self._json(200, server._message(body, (Say("Hi"),)))
                key = self.headers.get("x-api-key") or self.headers.get("authorization") or ""
                parts = server._next(body, key)
                if isinstance(parts[0], Status):
                    return self._fail(parts[0].code, parts[0].message, parts[0].headers)
                if any(isinstance(part, Hold) for part in parts):
                    server.held.set()
                    server.release.wait(60)
                message = server._message(body, parts)
                cut = isinstance(parts[0], Cut)
                if body.get("stream"):
                    return self._stream(message, cut)
                if cut:
                    self.close_connection = True
                    return None
                return self._json(200, message)

            def _stream(self, message: dict[str, Any], cut: bool) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                self.close_connection = True
                for name, fields in events(message):
                    data = json.dumps({"type": name, **fields})
                    self.wfile.write(f"event: {name}\ndata: {data}\n\n".encode())
                    self.wfile.flush()
                    if cut and name == "content_block_stop":
                        return

            def _fail(self, status: int, said: str, headers: Mapping[str, str] | None = None) -> None:
                error = {"type": ERRORS.get(status, "api_error"), "message": said}
                self._json(status, {"type": "error", "error": error}, headers)

            def _json(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
                data = b"" if content is None else json.dumps(content).encode()
                self.send_response(status)
                more = {"content-type": "application/json", "content-length": str(len(data))}
                for name, value in {**more, **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        return Handler


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error here."""


def conversation(body: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """Which conversation a request belongs to: the first thing that was said in it names it."""
    first = next((message for message in body["messages"] if message["role"] == "user"), {})
    words = re.findall(r"\[([a-z]+)\]", json.dumps(first.get("content")))
    return next((word for word in words if word in known), MAIN)


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
