"""Writes what is derived from the contracts.

contracts/schemas/: one JSON Schema a model, with the docstrings of its fields as descriptions.
contracts/examples/*.jsonl: golden transcripts, with the fields that events have gained since they were written.
contracts/examples/*.state.json: the state each golden transcript must reduce to; read the diff before committing it.

Run `python contracts/generate.py` after changing a contract; `--check` writes nothing and names what drifted.
"""

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.events import Event
from mogplex_contracts.permissions import PermissionFile
from mogplex_contracts.reduce import replay
from mogplex_contracts.state import RunState

ROOT = Path(__file__).parent
SCHEMAS = ROOT / "schemas"
EXAMPLES = ROOT / "examples"


def models() -> Iterator[tuple[str, type[BaseModel]]]:
    """Every model that gets a file, with the file's name."""
    for event in _members(Event):
        yield f"events/{_tag(event)}", event
    for command in _members(Command):
        yield f"commands/{_tag(command)}", command
    yield "state/run_state", RunState
    yield "permission_file", PermissionFile


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of `model`, described by the docstrings in its source."""
    whole = model.model_json_schema(mode="validation")
    described = {each.__name__: field_docstrings(each) for each in _reachable(model)}
    for name, part in {model.__name__: whole, **whole.get("$defs", {})}.items():
        for field, text in described.get(name, {}).items():
            if field in part.get("properties", {}):
                part["properties"][field]["description"] = text
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}


def field_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstring under each field of `model` and of its bases."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each.__module__.startswith("mogplex_contracts"):
            tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(each)))
            definition = tree.body[0]
            assert isinstance(definition, ast.ClassDef)
            for statement, following in zip(definition.body, definition.body[1:], strict=False):
                if isinstance(statement, ast.AnnAssign) and isinstance(following, ast.Expr):
                    text = ast.literal_eval(following.value)
                    found[ast.unparse(statement.target)] = " ".join(str(text).split())
    return found


def render() -> dict[Path, str]:
    """Every schema file and its text."""
    return {
        SCHEMAS / f"{name}.json": json.dumps(schema(model), indent=2, ensure_ascii=False) + "\n"
        for name, model in models()
    }


def encoded_examples() -> dict[Path, str]:
    """Every golden transcript and its text, each event as it is encoded now."""
    return {
        transcript: "".join(
            encode(decode_event(line)).decode() + "\n" for line in transcript.read_bytes().splitlines()
        )
        for transcript in EXAMPLES.glob("*.jsonl")
    }


def reduced_examples() -> dict[Path, str]:
    """Every golden state file and its text."""
    return {
        transcript.with_suffix(".state.json"): golden_state(transcript)
        for transcript in EXAMPLES.glob("*.jsonl")
    }


def golden_state(transcript: Path) -> str:
    """The state that the lines of `transcript` reduce to, as JSON."""
    events = (decode_event(line) for line in transcript.read_bytes().splitlines())
    return replay(events).model_dump_json(indent=2) + "\n"


def drifted() -> list[str]:
    """The files that are missing, different, or no longer wanted, relative to contracts/."""
    wanted = {**render(), **encoded_examples(), **reduced_examples()}
    there = _derived_files()
    different = {
        path for path, text in wanted.items() if path not in there or path.read_text("utf-8") != text
    }
    return sorted(str(path.relative_to(ROOT)) for path in different | (there - set(wanted)))


def _derived_files() -> set[Path]:
    return {*SCHEMAS.rglob("*.json"), *EXAMPLES.glob("*.json*")}


def _members(union: Any) -> Iterator[type[BaseModel]]:
    for each in get_args(union):
        if get_args(each):
            yield from _members(each)
        else:
            yield each


def _tag(model: type[BaseModel]) -> str:
    tag = model.model_fields["type"].default
    return tag if isinstance(tag, str) else "unknown"


def _reachable(model: type[BaseModel]) -> set[type[BaseModel]]:
    """`model` and every model its fields are made of."""
    found: set[type[BaseModel]] = set()
    waiting: list[Any] = [model]
    while waiting:
        each = waiting.pop()
        waiting.extend(get_args(each))
        if isinstance(each, type) and issubclass(each, BaseModel) and each not in found:
            found.add(each)
            waiting.extend(field.annotation for field in each.model_fields.values())
    return found


def main() -> int:
    """Write or check; the exit status."""
    if "--check" in sys.argv:
        names = drifted()
        for name in names:
            sys.stdout.write(f"contracts/{name} drifted; run python contracts/generate.py\n")
        return bool(names)
    wanted = {**render(), **encoded_examples(), **reduced_examples()}
    for path in _derived_files() - set(wanted):
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    sys.stdout.write(f"{len(wanted)} files written below contracts/\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
