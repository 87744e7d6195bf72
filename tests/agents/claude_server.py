"""A model server on loopback that the real `claude` accepts: python -m tests.agents.claude_server PORT

It speaks the part of the Messages API that Claude Code uses. What the model "says" is a scenario, chosen by the last
`[[name]]` in what the person wrote, so that one server serves many runs and sub-agents at once; which step of it
comes next is the number of answers since then.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

Block = dict[str, Any]
Step = Sequence[Block]
"""The content blocks of one answer."""


def text(said: str) -> Block:
    return {"type": "text", "text": said}


def thinking(thought: str) -> Block:
    return {"type": "thinking", "thinking": thought}


def use(tool: str, **arguments: Any) -> Block:
    return {"type": "tool_use", "name": tool, "input": arguments}


def bash(command: str, **more: Any) -> Block:
    return use("Bash", command=command, description=f"run {command[:20]}", **more)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An answer that is none: an HTTP error, a stream that is cut after its first words, or silence."""

    status: int = 0
    """An HTTP status; 0 cuts the stream, -1 never answers."""
    times: int = 1_000_000
    """How often it comes before the scenario goes on."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


ERROR_TYPES = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    429: "rate_limit_error", 500: "api_error", 529: "overloaded_error",
}  # fmt: skip

SLOW_WORD_SECONDS = 0.02
TAG = re.compile(r"\[\[(\w+)\]\]")
UNKNOWN_MODEL = "no-such"
"""Models of this beginning do not exist."""


def scenarios() -> dict[str, Sequence[Step | Trouble]]:
    """What the model says, by name."""
    return {
        "hi": [[text("Hello from the model.")]],
        "think": [[thinking("Let me think about it."), text("I thought about it.")]],
        "slow": [[text(" ".join(f"word{n}" for n in range(200)))]],
        "edit": [
            [thinking("A file is wanted."), text("First the file."), use("Write", file_path="$CWD/app.py", content="def main():\n    print('one')\n")],
            [use("Edit", file_path="$CWD/app.py", old_string="print('one')", new_string="print('two')")],
            [use("Read", file_path="$CWD/app.py")],
            [text("app.py is in place.")],
        ],
        "bash": [[text("A command."), bash("echo made; touch one.txt")], [text("It is made.")]],
        "look": [[bash("ls")], [use("Read", file_path="/etc/hostname")], [text("I have looked.")]],
        "fail": [[bash("echo out; echo err >&2; exit 3")], [text("It failed.")]],
        "long": [[bash("echo begun; python3 -c 'import time; time.sleep(60)'; echo slept")], [text("It slept.")]],
        "several": [[bash("echo a > a.txt"), bash("echo b > b.txt")], [text("Both are done.")]],
        "big": [[bash("python3 -c \"print('x' * 200000)\"")], [text("That was much.")]],
        "sub": [
            [
                text("Two agents."),
                use("Agent", description="Write alpha", prompt="[[subA]] write alpha", subagent_type="general-purpose"),
                use("Agent", description="Write beta", prompt="[[subB]] write beta", subagent_type="Explore"),
            ],
            [text("Both agents are back.")],
        ],
        "subA": [[text("alpha works"), bash("echo alpha > alpha.txt")], [text("alpha is done")]],
        "subB": [[text("beta works"), bash("echo beta > beta.txt")], [text("beta is done")]],
        "plan": [
            [use("TaskCreate", subject="Look", description="look around", activeForm="Looking"), use("TaskCreate", subject="Build", description="build it", activeForm="Building")],
            [use("TaskUpdate", taskId="1", status="in_progress")],
            [use("TaskUpdate", taskId="1", status="completed")],
            [text("That is the plan.")],
        ],
        "ask": [
            [use("AskUserQuestion", questions=[{"question": "Which color?", "header": "Color", "multiSelect": False, "options": [{"label": "Red", "description": "warm"}, {"label": "Blue", "description": "cool"}]}])],
            [text("Thanks for the answer.")],
        ],
        "planmode": [[use("EnterPlanMode")], [use("ExitPlanMode", plan="1. look\n2. build")], [text("The plan stands.")]],
        "web": [[use("WebFetch", url="http://127.0.0.1:9/", prompt="title")], [text("No web.")]],
        "again": [[text("Once more.")]],
        "cut": [Trouble(0, times=1), [text("Recovered after the cut.")]],
        "cutalways": [Trouble(0)],
        "flaky": [Trouble(529, times=2), [text("Recovered after the load.")]],
        "limited": [Trouble(429, times=1, headers={"retry-after": "1"}), [text("Recovered after the limit.")]],
        "hang": [Trouble(-1)],
        **{f"err{status}": [Trouble(status, headers={"retry-after": "1"} if status == 429 else {})] for status in ERROR_TYPES},
    }  # fmt: skip


class ModelServer(ThreadingHTTPServer):
    """Serves `scenarios` and remembers what it was asked."""

    daemon_threads = True

    def __init__(self, port: int = 0, more: Mapping[str, Sequence[Step | Trouble]] | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.scenarios = {**scenarios(), **(more or {})}
        self.requests: list[dict[str, Any]] = []
        """Bodies of the requests for an answer, oldest first."""
        self.keys: list[str] = []
        """The credential of each of them."""
        self.paths: list[str] = []
        self.asked = threading.Condition()
        self.released = threading.Event()
        """Ends every silence."""
        self._numbers = count(1)
        self._troubles: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error here."""

    def number(self) -> int:
        return next(self._numbers)

    def note(self, path: str, body: dict[str, Any] | None = None, key: str = "") -> None:
        with self.asked:
            self.paths.append(path)
            if body is not None:
                self.requests.append(body)
                self.keys.append(key)
            self.asked.notify_all()

    def answer(self, body: Mapping[str, Any]) -> tuple[str, Step | Trouble]:
        """The name of the scenario a request is in, and what comes next."""
        name, step = place(body["messages"])
        steps = self.scenarios.get(name) or [[text("There is no such scenario.")]]
        for each in steps:
            if isinstance(each, Trouble) and self._still(name, each.times):
                return name, each
        said = [each for each in steps if not isinstance(each, Trouble)]
        return name, said[min(step, len(said) - 1)]

    def _still(self, name: str, times: int) -> bool:
        with self._lock:
            self._troubles[name] = self._troubles.get(name, 0) + 1
            return self._troubles[name] <= times


@contextmanager
def model_server(**arguments: Any) -> Iterator[ModelServer]:
    server = ModelServer(**arguments)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def place(messages: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """The scenario the conversation is in, and how many answers it has had. Pure."""
    name, step = "", 0
    for message in messages:
        if message["role"] == "assistant":
            step += 1
        elif tags := TAG.findall(said_in(message["content"])):
            name, step = tags[-1], 0
    return name, step


def said_in(content: Any) -> str:
    """The text of a message's content."""
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text", "") for block in content if block.get("type") == "text")


def workspace_of(body: Mapping[str, Any]) -> str:
    """Where claude says that it works."""
    everything = json.dumps([body.get("system"), body["messages"]]).replace("\\n", "\n")
    found = re.search(r"(?:[Ww]orking directory|cwd): *([^\s\"\\]+)", everything)
    return found[1] if found else "/nowhere"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModelServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.server.note(self.path)
        self._json(200, None)

    def do_GET(self) -> None:
        self.server.note(self.path)
        self._error(404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        if not self.path.startswith("/v1/messages"):
            self.server.note(self.path)
            self._json(200, {})
        elif "count_tokens" in self.path:
            self.server.note(self.path)
            self._json(200, {"input_tokens": len(json.dumps(body)) // 4})
        else:
            key = self.headers.get("x-api-key") or self.headers.get("authorization") or ""
            self.server.note(self.path, body, key)
            self._answer(body)

    def _answer(self, body: dict[str, Any]) -> None:
        if str(body.get("model")).startswith(UNKNOWN_MODEL):
            self._error(404)
            return
        if not body.get("messages"):
            self._error(400)
            return
        name, answer = self.server.answer(body)
        if isinstance(answer, Trouble) and answer.status > 0:
            self._error(answer.status, answer.headers)
            return
        if isinstance(answer, Trouble) and answer.status < 0:
            self.server.released.wait()
            self.close_connection = True
            return
        blocks = [text("This will be cut.")] if isinstance(answer, Trouble) else answer
        blocks = json.loads(json.dumps(blocks).replace("$CWD", workspace_of(body)))
        for block in blocks:
            if block["type"] == "tool_use":
                block["id"] = f"toolu_{self.server.number():08d}"
        message = self._message(body, blocks)
        if not body.get("stream"):
            self._json(200, message)
            return
        try:
            self._stream(message, blocks, slow=name == "slow", cut=isinstance(answer, Trouble))
        except OSError:
            self.close_connection = True

    def _message(self, body: dict[str, Any], blocks: Sequence[Block]) -> dict[str, Any]:
        uses_tool = any(block["type"] == "tool_use" for block in blocks)
        return {
            "id": f"msg_{self.server.number():08d}",
            "type": "message",
            "role": "assistant",
            "model": body.get("model"),
            "content": list(blocks),
            "stop_reason": "tool_use" if uses_tool else "end_turn",
            "stop_sequence": None,
            "usage": {
                "input_tokens": 1_000 + 10 * len(body["messages"]),
                "cache_creation_input_tokens": 100,
                "cache_read_input_tokens": 5_000,
                "output_tokens": len(json.dumps(blocks)) // 4,
                "service_tier": "standard",
            },
        }

    def _stream(self, message: dict[str, Any], blocks: Sequence[Block], slow: bool, cut: bool) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("request-id", f"req_{message['id']}")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        usage = message["usage"] | {"output_tokens": 1}
        self._event("message_start", message=message | {"content": [], "stop_reason": None, "usage": usage})
        self._event("ping")
        for index, block in enumerate(blocks):
            for kind, fields in pieces(block):
                self._event(kind, index=index, **fields)
                if cut and kind == "content_block_delta":
                    self.connection.close()
                    raise BrokenPipeError
                if slow:
                    time.sleep(SLOW_WORD_SECONDS)
        self._event(
            "message_delta",
            delta={"stop_reason": message["stop_reason"], "stop_sequence": None},
            usage=message["usage"],
        )
        self._event("message_stop")
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _event(self, name: str, **fields: Any) -> None:
        data = f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _error(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        kind = ERROR_TYPES.get(status, "api_error")
        said = "Overloaded" if status == 529 else "invalid x-api-key" if status == 401 else f"told to say {kind}"
        self._json(status, {"type": "error", "error": {"type": kind, "message": said}}, headers)

    def _json(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
        data = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("request-id", f"req_{self.server.number()}")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def pieces(block: Block) -> Iterator[tuple[str, dict[str, Any]]]:
    """One content block as it is streamed: the kind of each event and its fields."""
    kind = block["type"]
    begin = {"text": {"type": "text", "text": ""}, "thinking": {"type": "thinking", "thinking": "", "signature": ""}}
    yield "content_block_start", {"content_block": begin.get(kind, {**block, "input": {}})}
    if kind == "text":
        for word in re.findall(r"\S+\s*|\s+", block["text"]):
            yield "content_block_delta", {"delta": {"type": "text_delta", "text": word}}
    elif kind == "thinking":
        yield "content_block_delta", {"delta": {"type": "thinking_delta", "thinking": block["thinking"]}}
        yield "content_block_delta", {"delta": {"type": "signature_delta", "signature": "c2ln"}}
    else:
        arguments = json.dumps(block["input"])
        for start in range(0, len(arguments), 40):
            piece = arguments[start : start + 40]
            yield "content_block_delta", {"delta": {"type": "input_json_delta", "partial_json": piece}}
    yield "content_block_stop", {}


if __name__ == "__main__":
    ModelServer(int(sys.argv[1])).serve_forever()
