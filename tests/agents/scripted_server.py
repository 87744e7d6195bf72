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

    streams = True
    """Whether an answer is a stream where the request does not say."""

    def __init__(self, script: Script) -> None:
        self.answers = {name: list(answers) for name, answers in script.items()}
        self.requests: list[tuple[str, Body]] = []
        """Path and body of every request for an answer, oldest first."""
        self.keys: list[str] = []
        """The credential of each."""
        self.release = threading.Event()
        self.held = threading.Event()
        """Set when a request waits for `release`."""
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), self._handler())

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

    def aside(self, path: str, body: Body) -> Body | Status | None:
        """The answer to a request that is not for the conversation, such as for a title; None when it is."""
        return None

    def conversation(self, body: Body) -> str:
        """Which conversation a request belongs to: a word in brackets in what was said names it."""
        return self.named(self.messages(body))

    def named(self, said: Any) -> str:
        """The first conversation that is named in something, or the main one."""
        found = re.findall(r"\[([a-z]+)\]", json.dumps(said))
        return next((word for word in found if word in self.answers), MAIN)

    def failure(self, status: Status) -> Body:
        """The body of an answer that is an error."""
        return {"error": {"message": status.message, "code": status.code, "type": "error"}}

    def unstreamed(self, body: Body, number: int, parts: Sequence[Part]) -> Body | None:
        """A whole answer for who wants no stream, None to cut it; most agents always want one."""
        raise AssertionError("nobody asks for an answer in one piece")

    @abstractmethod
    def stream(self, write: Write, body: Body, number: int, parts: Sequence[Part]) -> None:
        """Write a whole answer, or the beginning of one that is cut."""

    def said(self, part: Part) -> str | None:
        """The text of a part that is text. Waits where the script holds."""
        match part:
            case Hold():
                # What lets it go on is known before anybody hears that it is held.
                release = self.release
                self.held.set()
                release.wait(150)
                return None
            case Say(text=text) | Cut(text=text):
                return text
            case _:
                return None

    def _next(self, path: str, body: Body, key: str) -> tuple[int, Answer]:
        with self._lock:
            self.requests.append((path, body))
            self.keys.append(key)
            answers = self.answers.get(self.conversation(body), [])
            if len(answers) == 1 and isinstance(answers[0][0], Status | Cut):
                return len(self.requests), answers[0]
            return len(self.requests), answers.pop(0) if answers else DONE

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
                if isinstance(aside, Status):
                    return self._fail(aside)
                if aside is not None:
                    return self._whole(200, aside)
                key = self.headers.get("x-api-key") or self.headers.get("authorization") or ""
                number, answer = server._next(self.path, body, key)
                self.close_connection = True
                if isinstance(answer[0], Status):
                    return self._fail(answer[0])
                if not body.get("stream", server.streams):
                    said = server.unstreamed(body, number, answer)
                    return None if said is None else self._whole(200, said)
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                try:
                    server.stream(self.wfile.write, body, number, answer)
                except OSError:
                    return None

            def do_HEAD(self) -> None:
                self._whole(200, None)

            def _fail(self, status: Status) -> None:
                self._whole(status.code, server.failure(status), dict(status.headers))

            def _read(self) -> bytes:
                if self.headers.get("transfer-encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers.get("content-length") or 0))
                pieces: list[bytes] = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    pieces.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(pieces)

            def _whole(self, code: int, said: Body | None, headers: dict[str, str] | None = None) -> None:
                data = b"" if said is None else json.dumps(said).encode()
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


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error here."""


def sse(data: Body | str) -> bytes:
    """One server-sent event."""
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def words(text: str) -> list[str]:
    """A text in the pieces it is streamed in."""
    return re.findall(r"\S+\s*", text)
