"""One layer of settings: what of it is good, and a line for whatever is not.

A key that is unknown or a value that is wrong loses only itself; the rest of the layer holds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError

SHOWN_CHARACTERS = 60
"""How much of a wrong value is told."""
NAME = "name: "
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[^=#\"']+?)\s*=")


@dataclass(frozen=True, slots=True)
class Layer:
    """The good part of a layer, and what was wrong, a line each."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    """Nested as in the file; every value in it is one the model takes."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """One place of a layer that is left out."""

    place: tuple[str, ...]
    reason: str
    """What is wrong and how to mend it."""


def read_layer(path: Path, model: type[BaseModel]) -> Layer:
    """What `path` says that `model` understands. Never raises; a missing file is an empty layer."""
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Layer()
    except UnicodeDecodeError:
        return Layer(
            problems=(f"{path}: not UTF-8 text; save it as UTF-8, until then this file is left out",)
        )
    except OSError as error:
        return Layer(problems=(f"{path}: cannot be read ({error.strerror}); this file is left out",))
    import tomllib

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Layer(problems=(f"{path}: {error}; mend it, until then this file is left out",))
    except RecursionError:
        return Layer(problems=(f"{path}: nested too deeply; mend it, until then this file is left out",))
    good, wrong = sift(content, model)
    return Layer(good, tuple(told(path, text, each) for each in wrong))


def told(path: Path, text: str, wrong: Wrong) -> str:
    """A problem in a line: file, line, key, what is wrong and what to do."""
    number = line_of(text, wrong.place)
    where = f"{path} line {number}" if number else str(path)
    return f"{where}: {'.'.join(wrong.place)}: {wrong.reason} · it is left out, the rest holds"


def sift(
    content: Mapping[str, Any], model: type[BaseModel], place: tuple[str, ...] = ()
) -> tuple[dict[str, Any], list[Wrong]]:
    """The part of `content` that `model` takes, and what it does not. Pure."""
    good: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for key, value in content.items():
        here = (*place, key)
        known = model.model_fields.get(key)
        if known is None:
            wrong.append(Wrong(here, _unknown(key, tuple(model.model_fields), place)))
        elif isinstance(known.annotation, type) and issubclass(known.annotation, BaseModel):
            if isinstance(value, dict):
                good[key], inner = sift(cast("dict[str, Any]", value), known.annotation, here)
                wrong.extend(inner)
            else:
                wrong.append(Wrong(here, f"is {_shown(value)}; it is a table, [{'.'.join(here)}]"))
        elif isinstance(value, dict):
            if reason := _refusal(model, key, {}):
                wrong.append(Wrong(here, f"is a table; it {reason}"))
                continue
            good[key], inner = _members(cast("dict[str, Any]", value), key, model, here)
            wrong.extend(inner)
        elif reason := _refusal(model, key, value):
            wrong.append(Wrong(here, f"{_shown(value)} {reason}"))
        else:
            good[key] = value
    return good, wrong


def line_of(text: str, place: tuple[str, ...]) -> int:
    """The line, from 1, on which the key at `place` stands; 0 where that cannot be told."""
    table: tuple[str, ...] = ()
    for number, row in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(row):
            table = _path(header[1])
            if table == place:
                return number
        elif (key := _KEY.match(row)) and (*table, *_path(key[1])) == place:
            return number
    return line_of(text, place[:-1]) if len(place) > 1 else 0


def _members(
    members: dict[str, Any], key: str, model: type[BaseModel], place: tuple[str, ...]
) -> tuple[dict[str, Any], list[Wrong]]:
    """The good members of a table whose names are free."""
    good: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for name, value in members.items():
        if reason := _refusal(model, key, {name: value}):
            if reason.startswith(NAME):
                wrong.append(Wrong((*place, name), f"its name {reason.removeprefix(NAME)}"))
            elif isinstance(value, dict):
                # Not shown: a table may hold tokens.
                wrong.append(_inside(cast("dict[str, Any]", value), name, key, model, place))
            else:
                wrong.append(Wrong((*place, name), f"{_shown(value)} {reason}"))
        else:
            good[name] = value
    return good, wrong


def _inside(
    value: dict[str, Any], name: str, key: str, model: type[BaseModel], place: tuple[str, ...]
) -> Wrong:
    """What is wrong inside a table that is a member of a table whose names are free."""
    try:
        model.model_validate({key: {name: value}})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        inner = tuple(str(part) for part in first["loc"][2:] if part != "[key]")
        message = "is no setting" if first["type"] == "extra_forbidden" else _plain(first["msg"])
        return Wrong((*place, name, *inner), f"{message}, so all of {name} is not used")
    raise AssertionError(f"{name} was refused before")


def _plain(message: str) -> str:
    """What pydantic says, as a person says it who has a TOML file before them."""
    message = message.removeprefix("Value error, ").replace("Input should", "should")
    return message.replace("a valid tuple", "a list").replace("a valid dictionary", "a table")


def _refusal(model: type[BaseModel], key: str, value: Any) -> str:
    """Why the model does not take this value, marked with NAME when it is the name in it; empty when it does."""
    try:
        model.model_validate({key: value})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        mark = NAME if first["loc"][-1:] == ("[key]",) else ""
        return mark + _plain(first["msg"])
    return ""


def _unknown(key: str, known: tuple[str, ...], place: tuple[str, ...]) -> str:
    near = get_close_matches(key, known, n=1)
    if near:
        return f"is no setting; did you mean {'.'.join((*place, near[0]))}?"
    return f"is no setting; there are {', '.join(known)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _path(dotted: str) -> tuple[str, ...]:
    """The keys of a dotted TOML key."""
    quoted = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^.\s]+)", dotted)
    return tuple(next((part for part in parts if part), "") for parts in quoted)
