"""The diffs an agent shows, old text beside new text, as one unified diff and as paths. Pure."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mogplex_contracts.events.patch import PatchedFile
from mogplex_contracts.vocabulary import ChangeKind
from mogplex_daemon.harness.agents.reading import Object, as_object, as_text

COMPARED_LINES = 20_000
"""Longer texts are shown as all old lines and all new lines: comparing takes too long."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What an edit does."""

    files: tuple[PatchedFile, ...]
    diff: str
    written: tuple[str, ...]
    deleted: tuple[str, ...]
    whole: bool = True
    """Whether all of it is shown: every path, and every new text."""


def read_patch(content: Sequence[Object], workspace: Path) -> Patch | None:
    """The patch that is shown in a call's content; None when none is. Paths inside `workspace` are relative to it."""
    files: list[PatchedFile] = []
    pieces: list[str] = []
    written: list[str] = []
    deleted: list[str] = []
    whole = True
    for item in content:
        if item.get("type") != "diff":
            continue
        path = as_text(item.get("path"))
        whole = whole and bool(path) and (isinstance(item.get("newText"), str) or _deletes(item))
        if not path:
            continue
        shown = shown_path(path, workspace)
        old, new = as_text(item.get("oldText")), as_text(item.get("newText"))
        kind = _kind(item, old)
        (deleted if kind == "delete" else written).append(shown)
        body = unified(old, new)
        added = sum(line.startswith("+") for line in body)
        removed = sum(line.startswith("-") for line in body)
        files.append(PatchedFile(path=shown, change=kind, added=added, removed=removed))
        before = "/dev/null" if kind == "add" else _named("a", shown)
        after = "/dev/null" if kind == "delete" else _named("b", shown)
        pieces.append(f"--- {before}\n+++ {after}\n{''.join(body)}")
    if not files:
        return None
    return Patch(tuple(files), "".join(pieces), tuple(written), tuple(deleted), whole)


def unified(old: str, new: str) -> list[str]:
    """The lines of the hunks between two texts, each with its newline."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(before) + len(after) > COMPARED_LINES:
        place = f"@@ -1,{len(before)} +1,{len(after)} @@\n"
        return [
            place,
            *map(_ended, (f"-{line}" for line in before)),
            *map(_ended, (f"+{line}" for line in after)),
        ]
    return [_ended(line) for line in list(difflib.unified_diff(before, after))[2:]]


def shown_path(path: str, workspace: Path) -> str:
    """Relative to the workspace when it is inside, absolute when it is not."""
    try:
        return str((workspace / path).relative_to(workspace))
    except ValueError:
        return path


def _kind(item: Object, old: str) -> ChangeKind:
    if _deletes(item):
        return "delete"
    return "add" if as_object(item.get("_meta")).get("kind") == "add" or not old else "update"


def _deletes(item: Object) -> bool:
    return as_object(item.get("_meta")).get("kind") == "delete"


def _named(side: str, path: str) -> str:
    return path if path.startswith("/") else f"{side}/{path}"


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
