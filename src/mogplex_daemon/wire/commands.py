"""Reads the commands of one client, whatever carries the bytes, and makes the answers to them."""

from collections import deque
from typing import Protocol

import anyio

from mogplex_contracts.codec import decode_command
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.envelope import Operator
from mogplex_contracts.errors import InvalidLine, RemoteProtocolError
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, LinkEvent, Ready
from mogplex_contracts.framing import MAX_LINE_BYTES, LineSplitter, Oversized
from mogplex_contracts.handshake import Handshake
from mogplex_contracts.protocol import PROTOCOL, ProtocolRange, agree
from mogplex_contracts.version import VERSION


class ByteStream(Protocol):
    """What carries the wire."""

    async def receive(self) -> bytes:
        """Some bytes; raises EndOfStream at the end."""
        ...

    async def send(self, data: bytes, /) -> None:
        """All of `data`."""
        ...


class Refused(Exception):
    """A command that is not carried out; `code` is for programs, the message says why and what to do now."""

    def __init__(self, code: str, message: str, by: Operator | None = None, at: str | None = None) -> None:
        """`by` and `at`: for a decision that came too late, who was first and when."""
        super().__init__(message)
        self.code = code
        self.by = by
        self.at = at


HOST_IS_OLDER = "let this run end first, or end it with: mogplex-daemon kill RUN_ID"
"""What to do about a run's host that is older than its client: it ends with its run."""
CLIENT_IS_OLDER = "update this mogplex, then start it again; pip install --upgrade mogplex does it"
"""What to do about a client that is older than whom it talks to."""


class CommandReader:
    """The commands of one stream, checked; what is wrong with a line is told as a rejection."""

    def __init__(self, stream: ByteStream, older: str = HOST_IS_OLDER) -> None:
        """`older`: what a person is to do when this side turns out to be older than the client."""
        self._stream = stream
        self._older = older
        self._splitter = LineSplitter()
        self._handshake = Handshake()
        self._read_ahead: deque[Command | LinkEvent] = deque()
        self.operator = Operator(client_id="cli_unknown")
        """Who is at the other end, once it has said hello."""

    async def next(self) -> Command | LinkEvent | None:
        """A command to carry out, or an answer (to hello, to a bad line) to send; None at the end."""
        while not self._read_ahead:
            try:
                data = await self._stream.receive()
            except (anyio.EndOfStream, OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
                return None
            for line in self._splitter.feed(data):
                if isinstance(line, Oversized):
                    reason = f"line {line.number} is {line.size} bytes long, {MAX_LINE_BYTES} is the limit"
                    self._read_ahead.append(_rejected("", "line_too_long", reason))
                else:
                    self._read_ahead.append(self._read(line.number, line.data))
        return self._read_ahead.popleft()

    def _read(self, number: int, data: bytes) -> Command | LinkEvent:
        try:
            command = decode_command(data)
        except InvalidLine as error:
            return _rejected("", "invalid_line", f"line {number}: {error}")
        try:
            self._handshake.observe(command.type)
        except RemoteProtocolError as error:
            return _rejected(command.id, "handshake", str(error))
        return self._greet(command) if isinstance(command, Hello) else command

    def _greet(self, hello: Hello) -> LinkEvent:
        chosen = agree(PROTOCOL, hello.protocol)
        if chosen is None:
            self._handshake.observe("command_rejected")
            return _rejected(
                hello.id,
                "protocol",
                f"mogplex {VERSION} here speaks protocol {_words(PROTOCOL)}, your mogplex {hello.build or '?'} "
                f"speaks {_words(hello.protocol)}: "
                f"{self._older if hello.protocol.min > PROTOCOL.max else CLIENT_IS_OLDER}",
            )
        self._handshake.observe("ready")
        self.operator = Operator(client_id=hello.client_id, label=hello.label)
        return Ready(protocol=chosen, range=PROTOCOL, build=VERSION)


def accepted(command: Command, message: str = "") -> CommandAccepted:
    """The answer to a command that is carried out."""
    return CommandAccepted(command_id=command.id, message=message)


def rejected(command: Command, refusal: Refused) -> CommandRejected:
    """The answer to a command that is not."""
    return CommandRejected(
        command_id=command.id,
        code=refusal.code,
        reason=str(refusal),
        decided_by=refusal.by,
        decided_at=refusal.at,
    )


def _words(spoken: ProtocolRange) -> str:
    return f"{spoken.min}" if spoken.min == spoken.max else f"{spoken.min} to {spoken.max}"


def _rejected(command_id: str, code: str, reason: str) -> CommandRejected:
    return CommandRejected(command_id=command_id, code=code, reason=reason)
