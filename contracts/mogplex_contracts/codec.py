"""Lines to models and back. Pure; a line never carries its newline here."""

import json
from functools import lru_cache
from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from mogplex_contracts.commands import Command
from mogplex_contracts.envelope import CommandBase, EventBase
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event, RunFact
from mogplex_contracts.events.link import LinkEvent
from mogplex_contracts.events.unknown import UnknownEvent

Message = TypeVar("Message", bound=EventBase | CommandBase)


@lru_cache(maxsize=1)
def event_adapter() -> TypeAdapter[RunFact | LinkEvent]:
    """The validator of all known events; built on first use, because building costs tens of milliseconds."""
    return TypeAdapter(Annotated[RunFact | LinkEvent, Field(discriminator="type")])


@lru_cache(maxsize=1)
def command_adapter() -> TypeAdapter[Command]:
    """The validator of all commands; built on first use."""
    return TypeAdapter(Annotated[Command, Field(discriminator="type")])


def decode_event(line: bytes | str) -> Event:
    """The event of a line. An unknown type gives UnknownEvent; whatever else is wrong raises InvalidLine."""
    try:
        return event_adapter().validate_json(line)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] != "union_tag_invalid":
            raise InvalidLine(_explain(error, tagged=True)) from error
    try:
        return UnknownEvent.model_validate_json(line)
    except ValidationError as error:
        raise InvalidLine(_explain(error, tagged=False)) from error


def decode_command(line: bytes | str) -> Command:
    """The command of a line; raises InvalidLine, also for a type nobody knows."""
    try:
        return command_adapter().validate_json(line)
    except ValidationError as error:
        raise InvalidLine(_explain(error, tagged=True)) from error


def encode(message: EventBase | CommandBase) -> bytes:
    """The line of an event or a command, UTF-8 JSON without newline. Fields at their default stay in.

    Half a surrogate pair, which stands for a byte of a file name that is no UTF-8, becomes `?`.
    """
    try:
        return message.__pydantic_serializer__.to_json(message)
    except PydanticSerializationError:
        plain = json.dumps(message.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
        return plain.encode("utf-8", "replace")


def _explain(error: ValidationError, *, tagged: bool) -> str:
    """The first thing that is wrong; `tagged`: places begin with the type of the message."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "union_tag_not_found":
        return "type: Field required"
    place = ".".join(str(part) for part in first["loc"][tagged:]) or "line"
    if place == "v":
        return "v: this program reads version 1 of the wire language; a newer mogplex may read it"
    others = error.error_count() - 1
    return f"{place}: {first['msg']}" + (f" (and {others} more)" if others else "")
