"""A model server on loopback that speaks the OpenAI Responses API, as far as codex uses it."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.agents.script import (
    MAIN,
    Answer,
    Cut,
    Hold,
    Part,
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

DONE: Answer = (Say("Done."),)


class ResponsesServer:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self, script: Script) -> None:
        self.answers = {name: list(answers) for name, answers in script.items()}
        self.requests: list[dict[str, Any]] = []
        """The body of every request, oldest first."""
        self.keys: list[str] = []
        """The Authorization header of each."""
        self.release = threading.Event()
        self.held = threading.Event()
        """Set when a request waits for `release`."""
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """What a provider's base_url is set to."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

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
        """Everything the model was given in the last request, as text."""
        return json.dumps(self.requests[-1]["input"], ensure_ascii=False)

    def _next(self, body: dict[str, Any], key: str) -> tuple[int, Answer]:
        with self._lock:
            self.requests.append(body)
            self.keys.append(key)
            answers = self.answers.get(_conversation(body, self.answers), [])
            if len(answers) == 1 and isinstance(answers[0][0], Status | Cut):
                return len(self.requests), answers[0]
            return len(self.requests), answers.pop(0) if answers else DONE

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)))
                number, answer = server._next(body, self.headers.get("authorization", ""))
                self.close_connection = True
                if isinstance(answer[0], Status):
                    return self._fail(answer[0])
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                try:
                    Stream(self.wfile.write, body, number, server).answer(answer)
                except OSError:
                    return None

            def _fail(self, status: Status) -> None:
                said = json.dumps({"error": {"message": status.message, "type": "error"}}).encode()
                self.send_response(status.code)
                for name, value in {"content-length": str(len(said)), **status.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

        return Handler


class Stream:
    """The events of one response."""

    def __init__(self, write: Any, body: dict[str, Any], number: int, server: ResponsesServer) -> None:
        self._write = write
        self._body = body
        self._number = number
        self._server = server
        self._sequence = 0
        self._namespaces = {
            tool["name"]: group["name"]
            for group in body.get("tools") or []
            if group.get("type") == "namespace"
            for tool in group.get("tools", [])
        }

    def answer(self, parts: Answer) -> None:
        """Send a whole response, or the beginning of one that is cut."""
        response = {"id": f"resp_{self._number}", "object": "response", "model": self._body.get("model")}
        self._send("response.created", response={**response, "status": "in_progress", "output": []})
        output: list[dict[str, Any]] = []
        for index, part in enumerate(parts):
            match part:
                case Hold():
                    self._server.held.set()
                    self._server.release.wait(60)
                case Cut(text=text):
                    self._text(index, text)
                    return
                case Say(text=text):
                    output.append(self._text(index, text))
                case Think(text=text):
                    output.append(self._reasoning(index, text))
                case _:
                    output.append(self._call(index, part))
            if output and not isinstance(part, Hold):
                self._send("response.output_item.done", output_index=index, item=output[-1])
        read, written = len(json.dumps(self._body)) // 4, 40
        usage = {
            "input_tokens": read,
            "input_tokens_details": {"cached_tokens": read // 2},
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 8},
            "total_tokens": read + written,
        }
        self._send(
            "response.completed",
            response={**response, "status": "completed", "output": output, "usage": usage},
        )

    def _send(self, kind: str, **more: Any) -> None:
        self._sequence += 1
        data = json.dumps({"type": kind, "sequence_number": self._sequence, **more})
        self._write(f"event: {kind}\ndata: {data}\n\n".encode())

    def _text(self, index: int, text: str) -> dict[str, Any]:
        item = {"id": f"msg_{self._number}_{index}", "type": "message", "role": "assistant", "content": []}
        place = {"item_id": item["id"], "output_index": index, "content_index": 0}
        self._send("response.output_item.added", output_index=index, item={**item, "status": "in_progress"})
        empty = {"type": "output_text", "text": "", "annotations": []}
        self._send("response.content_part.added", **place, part=empty)
        for word in re.findall(r"\S+\s*", text):
            self._send("response.output_text.delta", **place, delta=word)
        return {**item, "status": "completed", "content": [{**empty, "text": text}]}

    def _reasoning(self, index: int, text: str) -> dict[str, Any]:
        item: dict[str, Any] = {"id": f"rs_{self._number}_{index}", "type": "reasoning", "summary": []}
        place = {"item_id": item["id"], "output_index": index, "summary_index": 0}
        self._send("response.output_item.added", output_index=index, item=item)
        self._send(
            "response.reasoning_summary_part.added", **place, part={"type": "summary_text", "text": ""}
        )
        self._send("response.reasoning_summary_text.delta", **place, delta=text)
        self._send("response.reasoning_summary_text.done", **place, text=text)
        return {**item, "summary": [{"type": "summary_text", "text": text}]}

    def _call(self, index: int, part: Part) -> dict[str, Any]:
        name, arguments = _tool(part, self._body)
        item = {
            "id": f"fc_{self._number}_{index}",
            "type": "function_call",
            "status": "completed",
            "name": name,
            "call_id": f"call_{self._number}_{index}",
            "arguments": json.dumps(arguments),
        }
        if isinstance(part, Remote):
            item["namespace"] = f"mcp__{part.server}"
        if name in self._namespaces:
            item["namespace"] = self._namespaces[name]
        started = {**item, "status": "in_progress", "arguments": ""}
        self._send("response.output_item.added", output_index=index, item=started)
        return item


def _tool(part: Part, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    match part:
        case Run():
            return _command(part.command, part.asks)
        case WriteFile():
            return _command(patch(part.path, part.text), False)
        case Remote():
            return part.tool, {"message": part.message}
        case Spawn():
            return "spawn_agent", {"message": part.task}
        case Wait():
            told = json.dumps(
                [each for each in body["input"] if str(each.get("type", "")).endswith("_output")]
            )
            return "wait_agent", {"targets": sorted(set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", told)))}
        case _:
            raise AssertionError(part)


def _conversation(body: dict[str, Any], known: dict[str, Any]) -> str:
    """Which conversation a request belongs to: the first thing a person said in it names it."""
    for item in body.get("input") or []:
        if item.get("type", "message") == "message" and item.get("role") == "user":
            for word in re.findall(r"\[([a-z]+)\]", json.dumps(item.get("content"))):
                if word in known:
                    return word
    return MAIN


def _command(command: str, asks: bool) -> tuple[str, dict[str, Any]]:
    """Inside its sandbox codex runs commands without asking; what leads out of it asks."""
    arguments: dict[str, Any] = {"cmd": command, "yield_time_ms": 60_000}
    if asks:
        arguments |= {"sandbox_permissions": "require_escalated", "justification": "It leads outside."}
    return "exec_command", arguments


def patch(path: str, text: str) -> str:
    """A patch that adds a file, in the words of a model without a tool for patches."""
    lines = "".join(f"+{line}\n" for line in text.splitlines())
    return f"apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: {path}\n{lines}*** End Patch\nEOF"
