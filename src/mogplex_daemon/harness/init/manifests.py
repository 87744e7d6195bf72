"""The commands a project's own files name. Pure: nothing is guessed that no file says."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

Commands = tuple[tuple[str, str], ...]
"""What a command does, and the command."""

SCRIPTS = ("lint", "format", "typecheck", "types:check", "type-check", "test", "build", "dev", "start")
"""Of package.json those worth naming, in this order."""
TARGETS = ("install", "lint", "format", "fmt", "check", "typecheck", "test", "build", "run")
"""The same of a Makefile."""
LOCKS = {"pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn", "bun.lockb": "bun", "bun.lock": "bun"}
PYTHON_TOOLS = (
    ("ruff", "Lint", "ruff check ."),
    ("black", "Format", "black ."),
    ("pyright", "Typecheck", "pyright"),
    ("mypy", "Typecheck", "mypy ."),
    ("pytest", "Test", "pytest"),
)
TARGET = re.compile(r"^([A-Za-z][\w-]*)\s*:(?!=)", re.MULTILINE)


def commands_of(texts: Mapping[str, str], files: frozenset[str]) -> Commands:
    """The commands that the manifests name. `texts` by file name; `files` are all names at the top."""
    found: list[tuple[str, str]] = []
    for name, read in MANIFESTS.items():
        # One that is not what its kind should be names nothing.
        with suppress(ValueError, AttributeError, TypeError, RecursionError):
            found += read(texts[name], files) if name in texts else ()
    return tuple(dict.fromkeys(found))


def _package_json(text: str, files: frozenset[str]) -> Commands:
    scripts: dict[str, Any] = json.loads(text).get("scripts", {})
    manager = next((tool for lock, tool in LOCKS.items() if lock in files), "npm")
    run = "npm run" if manager == "npm" else manager
    named = ((_titled(name), f"{run} {name}") for name in SCRIPTS if name in scripts)
    return (("Install", f"{manager} install"), *named)


def _pyproject(text: str, files: frozenset[str]) -> Commands:
    project = tomllib.loads(text)
    tools: dict[str, Any] = project.get("tool", {})
    named = {re.split(r"[^\w-]", str(each))[0].lower() for each in _requirements(project)}
    found = [(does, line) for tool, does, line in PYTHON_TOOLS if tool in tools or tool in named]
    for lock, runner in (("uv.lock", "uv"), ("poetry.lock", "poetry")):
        if lock in files:
            install = "uv sync" if runner == "uv" else "poetry install"
            return (("Install", install), *((does, f"{runner} run {line}") for does, line in found))
    return tuple(found)


def _requirements(project: dict[str, Any]) -> list[Any]:
    about = project.get("project", {})
    groups = [about.get("dependencies", []), *about.get("optional-dependencies", {}).values()]
    groups += project.get("dependency-groups", {}).values()
    return [each for group in groups for each in group]


def _cargo(text: str, files: frozenset[str]) -> Commands:
    return (("Build", "cargo build"), ("Test", "cargo test"))


def _go(text: str, files: frozenset[str]) -> Commands:
    return (("Build", "go build ./..."), ("Test", "go test ./..."))


def _makefile(text: str, files: frozenset[str]) -> Commands:
    there = set(TARGET.findall(text))
    return tuple((_titled(name), f"make {name}") for name in TARGETS if name in there)


def _titled(name: str) -> str:
    return name.replace(":", " ").replace("-", " ").capitalize()


MANIFESTS: dict[str, Callable[[str, frozenset[str]], Commands]] = {
    "package.json": _package_json,
    "pyproject.toml": _pyproject,
    "Cargo.toml": _cargo,
    "go.mod": _go,
    "Makefile": _makefile,
}
"""The files that name commands, in the order they are listed."""
