"""An agent's history on the disk, so that its work can be taken up after its host was killed.

`history.json` holds the messages as of the last model answer or batch of tool calls; `calls.jsonl` which calls of
that answer were begun, and how they ended. A call that was begun is never run again: nobody knows what it did.
"""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
from pydantic import BaseModel, ValidationError
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
)

HISTORY = "history.json"
CALLS = "calls.jsonl"
NOT_BEGUN = "This was not run: the run was stopped before. Ask again if it is still wanted."
NOT_FINISHED = (
    "The run was stopped while this ran. It may have done some of its work, or all of it: look before you repeat "
    "it."
)


class KeptCall(BaseModel):
    """A line of calls.jsonl."""

    messages: int
    """How many messages the history has that the call is of."""
    call: str
    """Its id, as the model gave it."""
    result: str | None = None
    """What the model is told; None while it runs."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What an agent goes on from."""

    history: tuple[ModelMessage, ...]
    """Every call in it has its result."""
    unfinished: tuple[str, ...] = ()
    """Tools whose call was begun and never ended."""


class KeptHistory:
    """The two files in `folder`, with mode 0600. `clean` takes secrets out of what is written.

    Where they cannot be written the run goes on and keeps none: from half a history calls would be made twice.
    """

    def __init__(self, folder: Path, clean: Callable[[bytes], bytes]) -> None:
        self._folder = folder
        self._clean = clean
        self._messages = 0
        self._given_up = False

    async def keep(self, history: Sequence[ModelMessage]) -> None:
        """Replace the history; the calls it has results for are forgotten."""
        self._messages = len(history)
        data = self._clean(ModelMessagesTypeAdapter.dump_json(list(history)))
        await self._write(self._replace, data)

    async def begun(self, call_id: str) -> None:
        """A call is about to run: on the disk when this returns."""
        await self._add(KeptCall(messages=self._messages, call=call_id))

    async def ended(self, call_id: str, result: str) -> None:
        """A call has ended with what its model is told."""
        await self._add(KeptCall(messages=self._messages, call=call_id, result=result))

    async def _add(self, call: KeptCall) -> None:
        line = self._clean(json.dumps(call.model_dump()).encode()) + b"\n"
        await self._write(self._append, line)

    async def _write(self, act: Callable[[bytes], None], data: bytes) -> None:
        if self._given_up:
            return
        try:
            await anyio.to_thread.run_sync(act, data)
        except OSError:
            self._given_up = True
            with suppress(OSError):
                (self._folder / HISTORY).unlink(missing_ok=True)

    def _append(self, line: bytes) -> None:
        _write(self._folder / CALLS, line, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def _replace(self, data: bytes) -> None:
        new = self._folder / f"{HISTORY}.new"
        _write(new, data, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        new.replace(self._folder / HISTORY)
        (self._folder / CALLS).unlink(missing_ok=True)


def take_up(folder: Path) -> TakenUp | None:
    """What the files in `folder` say; None where there is no history, or none that can be read."""
    try:
        history = ModelMessagesTypeAdapter.validate_json((folder / HISTORY).read_bytes())
    except (OSError, ValidationError):
        return None
    calls = [call for call in _read_calls(folder / CALLS) if call.messages == len(history)]
    return resumed(history, {call.call: call.result for call in calls})


def resumed(history: Sequence[ModelMessage], calls: dict[str, str | None]) -> TakenUp:
    """The history with a result for every call of its last answer, given how those stand. Pure."""
    kept = whole(history)
    last = kept[-1] if kept else None
    parts = last.parts if isinstance(last, ModelResponse) else ()
    waiting = [part for part in parts if isinstance(part, ToolCallPart)]
    if not waiting:
        return TakenUp(tuple(kept))
    unfinished = tuple(
        call.tool_name for call in waiting if call.tool_call_id in calls and calls[call.tool_call_id] is None
    )
    returns = [
        ToolReturnPart(call.tool_name, _told(call.tool_call_id, calls), tool_call_id=call.tool_call_id)
        for call in waiting
    ]
    return TakenUp((*kept, ModelRequest(parts=returns)), unfinished)


def whole(history: Sequence[ModelMessage]) -> list[ModelMessage]:
    """The history without an answer that broke off at its end."""
    kept = list(history)
    while kept and _broke_off(kept[-1]):
        kept.pop()
    return kept


def _broke_off(message: ModelMessage) -> bool:
    if isinstance(message, ModelResponse):
        return message.state != "complete"
    return not message.parts


def _told(call_id: str, calls: dict[str, str | None]) -> str:
    if call_id not in calls:
        return NOT_BEGUN
    result = calls[call_id]
    return NOT_FINISHED if result is None else result


def _read_calls(path: Path) -> list[KeptCall]:
    """In their order; a torn line says nothing."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError:
        return []
    calls: list[KeptCall] = []
    for line in lines:
        try:
            calls.append(KeptCall.model_validate_json(line))
        except ValidationError:
            continue
    return calls


def _write(path: Path, data: bytes, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
