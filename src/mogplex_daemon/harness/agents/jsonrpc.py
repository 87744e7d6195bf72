"""JSON-RPC in lines, as agents speak it over their stdio. Framing is pure; `JsonRpc` pairs calls with replies.

Both sides call each other, and each counts its own ids, from 0 or 1: a message is told by which keys it has, never
by their values. A `jsonrpc` field is not needed, and sent only to agents that want one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard, cast

import anyio

from mogplex_contracts.framing import Oversized
from mogplex_contracts.text import one_line
from mogplex_daemon.harness.agents.reading import read_json
from mogplex_daemon.harness.base import AgentGone, AgentProgram

METHOD_NOT_FOUND = -32601
CALL_SECONDS = 30.0
"""How long a call is waited for: agents answer within milliseconds, or never."""
SHOWN_CHARACTERS = 120
"""How much of a line that is no message is shown."""

Id = int | str


@dataclass(frozen=True, slots=True)
class Request:
    """The other side calls: it waits for a reply with this id."""

    id: Id
    method: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notification:
    """The other side tells something."""

    method: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a call: a result, or an error."""

    id: Id
    result: Any = None
    error: "RpcError | None" = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no message; `why` is for people."""

    why: str


class RpcError(Exception):
    """The other side refused a call; the message is what it said."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class RpcSilent(Exception):
    """The other side did not answer a call in time; the message names the call."""


def decode(line: bytes) -> Request | Notification | Reply | BadLine:
    """The message of one line; never raises."""
    try:
        found: object = read_json(line)
    except ValueError:
        return BadLine(f"not JSON: {_shown(line)}")
    if not isinstance(found, dict):
        return BadLine(f"not a message: {_shown(line)}")
    message = cast("dict[str, Any]", found)
    method, number = message.get("method"), message.get("id")
    if isinstance(method, str):
        params: object = message.get("params")
        told = cast("dict[str, Any]", params) if isinstance(params, dict) else {}
        if "id" not in message:
            return Notification(method, told)
        return Request(number, method, told) if _is_id(number) else BadLine(f"a bad id: {_shown(line)}")
    if not _is_id(number) or not ({"result", "error"} & message.keys()):
        return BadLine(f"neither a call nor a reply: {_shown(line)}")
    error: object = message.get("error")
    return Reply(number, message.get("result"), None if error is None else _error(error))


def encode(message: Mapping[str, Any]) -> bytes:
    """One line, without its newline."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


@dataclass(eq=False)
class _Call:
    answered: anyio.Event = field(default_factory=anyio.Event)
    reply: Reply | None = None


class JsonRpc:
    """One end of a conversation with an agent program.

    One task reads with `next`, and must make no call itself: replies reach their callers through it. A call is waited
    for `patience` seconds.
    """

    def __init__(
        self, program: AgentProgram, patience: float = CALL_SECONDS, *, version: str | None = None
    ) -> None:
        """`version`: what every message says in its field `jsonrpc`; None leaves the field out."""
        self._program = program
        self._patience = patience
        self._envelope = {} if version is None else {"jsonrpc": version}
        self._calls: dict[Id, _Call] = {}
        self._last_id = 0
        self._ended = False

    async def call(self, method: str, params: Mapping[str, Any], seconds: float | None = None) -> Any:
        """The result of a call. Raises RpcError, RpcSilent and AgentGone."""
        patience = self._patience if seconds is None else seconds
        self._last_id += 1
        number, call = self._last_id, _Call()
        self._calls[number] = call
        try:
            if self._ended:
                raise AgentGone(f"the agent ended before {method}")
            await self._send({"id": number, "method": method, "params": params})
            with anyio.move_on_after(patience):
                await call.answered.wait()
        finally:
            del self._calls[number]
        if call.reply is None:
            if call.answered.is_set():
                raise AgentGone(f"the agent ended while it was asked for {method}")
            raise RpcSilent(f"it did not answer {method} within {patience:g} s")
        if call.reply.error is not None:
            raise call.reply.error
        return call.reply.result

    async def notify(self, method: str, params: Mapping[str, Any] | None = None) -> None:
        """Tell something. Raises AgentGone."""
        await self._send({"method": method} | ({} if params is None else {"params": params}))

    async def reply(self, request: Request, result: Any) -> None:
        """Answer a call of the other side. Raises AgentGone."""
        await self._send({"id": request.id, "result": result})

    async def refuse(self, request: Request, message: str, code: int = METHOD_NOT_FOUND) -> None:
        """Answer a call of the other side with an error. Raises AgentGone."""
        await self._send({"id": request.id, "error": {"code": code, "message": message}})

    async def next(self) -> Request | Notification | BadLine | None:
        """What the other side says next, replies apart; None when it says nothing any more."""
        while (line := await self._program.receive()) is not None:
            if isinstance(line, Oversized):
                return BadLine(f"a line of {line.size:,} bytes is too long to be read")
            message = decode(line)
            if not isinstance(message, Reply):
                return message
            call = self._calls.get(message.id)
            if call is not None:
                call.reply = message
                call.answered.set()
        self._ended = True
        for call in self._calls.values():
            call.answered.set()
        return None

    async def _send(self, message: Mapping[str, Any]) -> None:
        await self._program.send(encode({**self._envelope, **message}))


def _is_id(value: object) -> TypeGuard[Id]:
    return isinstance(value, int | str) and not isinstance(value, bool)


def _error(error: object) -> RpcError:
    if not isinstance(error, dict):
        return RpcError(0, str(error))
    told = cast("dict[str, Any]", error)
    code = told.get("code")
    return RpcError(code if isinstance(code, int) else 0, str(told.get("message", "")))


def _shown(line: bytes) -> str:
    return one_line(line.decode("utf-8", "replace"), SHOWN_CHARACTERS)
