"""The half of a model server that is the same for every protocol: HTTP on loopback, and whose answer is next."""

import json
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.agents.script import MAIN, Answer, Cut, Hold, Part, Say, Script, Status

DONE: Answer = (Say("Done."),)
Body = dict[str, Any]
Write = Callable[[bytes], Any]


class ScriptedServer(ABC):
    """Answers as it is told, and keeps what it was asked. A protocol says what a request and an answer look like."""

    def __init__(self, script: Script) -> None:
        self.answers = {name: list(answers) for name, answers in script.items()}
        self.requests: list[tuple[str, Body]] = []
        """Path and body of every request for an answer, oldest first."""
        self.release = threading.Event()
        self.held = threading.Event()
        """Set when a request waits for `release`."""
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True

    @property
    def address(self) -> str:
        """Where it listens."""
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
        return [self.model(path, body) for path, body in self.requests]

    def said_to_model(self) -> str:
        """Everything the model was given in the last request, as text."""
        return json.dumps(self.messages(self.requests[-1][1]), ensure_ascii=False)

    @abstractmethod
    def model(self, path: str, body: Body) -> str:
        """The model a request names."""

    @abstractmethod
    def messages(self, body: Body) -> Sequence[Any]:
        """What was said so far."""

    @abstractmethod
    def aside(self, path: str, body: Body) -> Body | None:
        """The answer to a request that is not for the conversation, such as for a title; None when it is."""

    @abstractmethod
    def stream(self, write: Write, body: Body, number: int, parts: Sequence[Part]) -> None:
        """Write a whole answer, or the beginning of one that is cut."""

    def said(self, part: Part) -> str | None:
        """The text of a part that is text. Waits where the script holds."""
        match part:
            case Hold():
                self.held.set()
                self.release.wait(60)
                return None
            case Say(text=text) | Cut(text=text):
                return text
            case _:
                return None

    def _next(self, path: str, body: Body) -> tuple[int, Answer]:
        with self._lock:
            self.requests.append((path, body))
            answers = self.answers.get(self._conversation(body), [])
            if len(answers) == 1 and isinstance(answers[0][0], Status | Cut):
                return len(self.requests), answers[0]
            return len(self.requests), answers.pop(0) if answers else DONE

    def _conversation(self, body: Body) -> str:
        """Which conversation a request belongs to: a word in brackets in what was said names it."""
        for word in re.findall(r"\[([a-z]+)\]", json.dumps(self.messages(body))):
            if word in self.answers:
                return word
        return MAIN

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._whole(200, {"object": "list", "data": [], "models": []})

            def do_POST(self) -> None:
                body = json.loads(self._read() or b"{}")
                aside = server.aside(self.path, body)
                if aside is not None:
                    return self._whole(200, aside)
                number, answer = server._next(self.path, body)
                self.close_connection = True
                if isinstance(answer[0], Status):
                    status = answer[0]
                    error = {"message": status.message, "code": status.code, "type": "error"}
                    return self._whole(status.code, {"error": error}, dict(status.headers))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                try:
                    server.stream(self.wfile.write, body, number, answer)
                except OSError:
                    return None

            def _read(self) -> bytes:
                if self.headers.get("transfer-encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers.get("content-length") or 0))
                pieces: list[bytes] = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    pieces.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(pieces)

            def _whole(self, code: int, said: Body, headers: dict[str, str] | None = None) -> None:
                data = json.dumps(said).encode()
                self.send_response(code)
                more = {
                    "content-type": "application/json",
                    "content-length": str(len(data)),
                    **(headers or {}),
                }
                for name, value in more.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        return Handler


def sse(data: Body | str) -> bytes:
    """One server-sent event."""
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def words(text: str) -> list[str]:
    """A text in the pieces it is streamed in."""
    return re.findall(r"\S+\s*", text)
