"""Loads the permission files and remembers a rule in one. A file that can not be read widens nothing."""

import fcntl
import json
import os
import stat
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mogplex_contracts.patterns import parse_pattern, show
from mogplex_contracts.permissions import Layer, PermissionFile, PermissionLayers, RuleLists, rules_of
from mogplex_contracts.vocabulary import Level, PermissionMode
from mogplex_daemon.home.atomic import ensure_private_dir, write_atomic
from mogplex_daemon.home.paths import Home

MAX_FILE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file was not read: where exactly, and what to do."""

    path: Path
    message: str
    """What is wrong, beginning with `path:line:column` or `path: place` where that is known."""
    fix: str
    """What the person can do now."""


@dataclass(frozen=True, slots=True)
class LoadedPermissions:
    """What the two files say. With problems the layers name the broken files, and no rule allows anything."""

    layers: PermissionLayers
    problems: tuple[FileProblem, ...]


class PermissionFileError(Exception):
    """A permission file can not be read or written; `problem` says which, where and what to do."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(f"{problem.message}. {problem.fix}")
        self.problem = problem


def load_layers(home: Path, slug: str, session_mode: PermissionMode | None) -> LoadedPermissions:
    """Read the global file and that of the project `slug`. A missing file is an empty layer; never raises."""
    files = Home(home)
    found: dict[Literal["global", "project"], Layer] = {}
    problems: list[FileProblem] = []
    sources: tuple[tuple[Literal["global", "project"], Path], ...] = (
        ("global", files.permissions),
        ("project", files.project_permissions(slug)),
    )
    for source, path in sources:
        try:
            content, _ = _read(path)
        except PermissionFileError as error:
            problems.append(error.problem)
            continue
        found[source] = Layer(str(path), content.mode, rules_of(content, source, str(path)))
    layers = PermissionLayers(
        global_layer=found.get("global", Layer()),
        project_layer=found.get("project", Layer()),
        session_mode=session_mode,
        broken=tuple(str(problem.path) for problem in problems),
    )
    return LoadedPermissions(layers, tuple(problems))


def append_rule(path: Path, pattern: str, level: Level) -> bool:
    """Add a rule to a permission file, which is made when it is missing; False when it was there already.

    Everything else in the file stays the same JSON. Raises BadPattern, and PermissionFileError when the file
    is broken (it is left as it is) or can not be written.
    """
    return bool(append_rules(path, (pattern,), level))


def append_rules(path: Path, patterns: Sequence[str], level: Level) -> tuple[str, ...]:
    """Add several rules at once: all of them or none. Returns those that were not there; raises as `append_rule`."""
    for pattern in patterns:
        parse_pattern(pattern)

    def add(rules: dict[str, list[str]]) -> tuple[str, ...]:
        there = rules.setdefault(level, [])
        new = tuple(pattern for pattern in dict.fromkeys(patterns) if pattern not in there)
        there.extend(new)
        return new

    return _changed(path, add)


def remove_rule(path: Path, pattern: str, level: Level) -> bool:
    """Take a rule out of a permission file; False when it is not in there. Raises PermissionFileError.

    Everything else in the file stays the same JSON.
    """

    def remove(rules: dict[str, list[str]]) -> tuple[str, ...]:
        there = rules.get(level, [])
        if pattern not in there:
            return ()
        rules[level] = [each for each in there if each != pattern]
        return (pattern,)

    return bool(_changed(path, remove))


def _changed(path: Path, change: Callable[[dict[str, list[str]]], tuple[str, ...]]) -> tuple[str, ...]:
    """What `change` did to the lists of a file, which is replaced when that is anything."""
    try:
        ensure_private_dir(path.parent)
        with _locked(path):
            _, content = _read(path)
            done = change(cast("dict[str, list[str]]", content.setdefault("rules", {})))
            if done:
                write_atomic(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise PermissionFileError(_os_problem(path, error)) from error
    return done


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Keep two sessions that remember a rule at the same time from losing one of the two."""
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(path: Path) -> tuple[PermissionFile, dict[str, Any]]:
    """The file checked, and as plain JSON. Raises PermissionFileError."""
    try:
        text = _text(path)
    except FileNotFoundError:
        return PermissionFile.model_construct(version=1), {"version": 1}
    except OSError as error:
        raise PermissionFileError(_os_problem(path, error)) from error
    try:
        content = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        message = f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}"
        raise _error(
            path, message, "Correct that place, or move the file away to start with no rules"
        ) from error
    except (_RepeatedName, ValueError, RecursionError) as error:
        what = str(error) if isinstance(error, _RepeatedName) else "nested too deep or a number too long"
        raise _error(path, f"{path}: {what}", "Correct it, or move the file away") from error
    try:
        return PermissionFile.model_validate_json(text), content
    except ValidationError as error:
        # All of them in one message: a person corrects the file once.
        details = error.errors(include_url=False)
        places = "; ".join(_fault(detail) for detail in details)
        raise _error(path, f"{path}: {places}", _fix(details[0])) from error


def _text(path: Path) -> str:
    # Looked at before it is opened for reading: a pipe would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _error(path, f"{path}: is not a file", "Move it away")
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise _error(path, f"{path}: is larger than {MAX_FILE_BYTES} bytes", "Take rules out of it")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise _error(path, f"{path}:{line}:{column}: not UTF-8", "Save the file as UTF-8") from error


class _RepeatedName(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # JSON readers keep the last of two equal names, so that a whole list of denials could vanish unseen.
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _RepeatedName(f"{show(name)!r} is there twice")
        found[name] = value
    return found


def _fault(detail: ErrorDetails) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(
        "."
    )
    match detail["type"]:
        case "extra_forbidden":
            return f"{show(place)}: unknown field"
        case "missing":
            return f"{place}: is missing"
        case "value_error":
            return f"{place}: {detail['msg'].removeprefix('Value error, ')}"
        case _:
            return (
                f"{show(place) or 'the whole file'}: {detail['msg']}, but it is {_shortened(detail['input'])}"
            )


def _fix(detail: ErrorDetails) -> str:
    place = detail["loc"]
    if detail["type"] == "extra_forbidden":
        names = RuleLists.model_fields if len(place) > 1 else PermissionFile.model_fields
        return f"Take it out; the fields are {', '.join(names)}"
    if place[:1] == ("version",):
        return 'Write "version": 1'
    if place[:1] == ("mode",):
        return f"Write one of {', '.join(get_args(PermissionMode))}, or leave it out"
    return 'Correct it; the lists hold patterns such as "bash:git status*" or "write:src/**"'


def _shortened(value: object) -> str:
    text = show(repr(value))
    return text if len(text) <= 60 else f"{text[:59]}…"


def _os_problem(path: Path, error: OSError) -> FileProblem:
    reason = (error.strerror or str(error)).lower()
    match error:
        case PermissionError():
            fix = f"Make it readable and writable for yourself: chmod u+rw {path}"
        case IsADirectoryError():
            fix = "Move the folder away"
        case _:
            fix = "Correct that and try again"
    return FileProblem(path, f"{path}: {reason}", fix)


def _error(path: Path, message: str, fix: str) -> PermissionFileError:
    return PermissionFileError(FileProblem(path, message, fix))
