"""A model provider on loopback: real HTTP, answers from a script, in the dialect of a provider's API."""

import json
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import anyio
from anyio.abc import SocketAttribute, SocketStream
from anyio.streams.buffered import BufferedByteReceiveStream

MAX_HEAD = 64 * 1024


@dataclass(frozen=True)
class Call:
    """A tool call the model makes."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)
    call_id: str = ""


@dataclass(frozen=True)
class Tokens:
    """What the provider says was used, as OpenAI counts: the input holds what was cached."""

    read: int = 100
    written: int = 10
    cached: int = 0
    put_into_cache: int = 0
    reasoning: int = 0


@dataclass(frozen=True)
class Answer:
    """One streamed answer. `say` and `think` go out word by word."""

    say: str = ""
    calls: tuple[Call, ...] = ()
    think: str = ""
    tokens: Tokens | None = Tokens()
    cut_after: int | None = None
    """The connection is cut after so many pieces of the stream."""
    end_after: int | None = None
    """The stream ends after so many pieces, in good order and without a word of why."""
    how_it_ends: str = ""
    """What the provider calls the end; by default that of an answer that is whole."""
    hold_after: int | None = None
    """The stream stands still after so many pieces, until the server is released or the client leaves."""
    error_after: int | None = None
    """The provider reports an error inside its stream after so many pieces."""


@dataclass(frozen=True)
class Fail:
    """An answer that is an error."""

    status: int
    message: str = "simulated"
    headers: dict[str, str] = field(default_factory=dict)
    code: str = ""


Turn = Answer | Fail


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float


class Dialect(Protocol):
    """How one provider's API says it."""

    def pieces(self, answer: Answer, body: dict[str, Any], number: int) -> list[bytes]:
        """The server-sent events of an answer."""
        ...

    def error(self, fail: Fail) -> dict[str, Any]:
        """The JSON of an error."""
        ...

    def stream_error(self) -> bytes:
        """A server-sent event that is an error."""
        ...


@dataclass
class ModelServer:
    """Answers requests in their order from a list of turns, or each by a function of its body."""

    dialect: Dialect
    script: Sequence[Turn] | Callable[[dict[str, Any]], Turn]
    seen: list[Seen] = field(default_factory=list)
    url: str = ""
    left: int = 0
    """How many clients closed the connection in the middle of an answer."""
    released: anyio.Event = field(default_factory=anyio.Event)
    holding: anyio.Event = field(default_factory=anyio.Event)
    """Set when a stream stands still."""

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator["ModelServer"]:
        """Listen on loopback until the block is left."""
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)
        self.url = f"http://127.0.0.1:{listener.extra(SocketAttribute.local_port)}"
        async with listener, anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, self._connected)
            yield self
            tasks.cancel_scope.cancel()

    def _turn(self, body: dict[str, Any]) -> Turn:
        if callable(self.script):
            return self.script(body)
        number = len(self.seen) - 1
        return self.script[number] if number < len(self.script) else Fail(400, "the script has ended")

    async def _connected(self, stream: SocketStream) -> None:
        reader = BufferedByteReceiveStream(stream)
        async with stream:
            with suppress(anyio.EndOfStream, anyio.IncompleteRead, anyio.BrokenResourceError):
                while await self._one(stream, reader):
                    pass

    async def _one(self, stream: SocketStream, reader: BufferedByteReceiveStream) -> bool:
        """One request; whether the connection can take another."""
        head = (await reader.receive_until(b"\r\n\r\n", MAX_HEAD)).decode()
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        data = await reader.receive_exactly(int(headers.get("content-length", 0)))
        body = json.loads(data or b"{}")
        self.seen.append(Seen(first.split()[1], headers, body, anyio.current_time()))
        turn = self._turn(body)
        if isinstance(turn, Fail):
            await stream.send(_plain(turn.status, turn.headers, self.dialect.error(turn)))
            return True
        return await self._stream(stream, turn, body)

    async def _stream(self, stream: SocketStream, answer: Answer, body: dict[str, Any]) -> bool:
        await stream.send(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        for number, piece in enumerate(self.dialect.pieces(answer, body, len(self.seen))):
            if number == answer.cut_after:
                reset(stream)
                return False
            if number == answer.end_after:
                break
            if number == answer.error_after:
                await stream.send(_chunk(self.dialect.stream_error()) + b"0\r\n\r\n")
                return True
            if number == answer.hold_after:
                await self._hold(stream)
            await stream.send(_chunk(piece))
        await stream.send(b"0\r\n\r\n")
        return True

    async def _hold(self, stream: SocketStream) -> None:
        """Stand still, and see it when the client goes away."""
        self.holding.set()

        async def gone() -> None:
            with suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                await stream.receive()
            self.left += 1
            tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(gone)
            await self.released.wait()
            tasks.cancel_scope.cancel()


def reset(stream: SocketStream) -> None:
    """Cut the connection as a broken network does."""
    raw = stream.extra(SocketAttribute.raw_socket)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def words(text: str) -> list[str]:
    """The text in pieces that are joined to it again."""
    return [word + " " for word in text.split(" ")[:-1]] + [text.split(" ")[-1]] if text else []


def _plain(status: int, headers: dict[str, str], content: dict[str, Any]) -> bytes:
    data = json.dumps(content).encode()
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} Simulated\r\ncontent-type: application/json\r\n{more}content-length: {len(data)}\r\n\r\n"
    return head.encode() + data


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
