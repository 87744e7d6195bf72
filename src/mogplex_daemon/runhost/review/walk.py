"""Lists the files of a folder without git, leaving out what its .gitignore files name."""

import os
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

NEVER_ENTERED = frozenset((".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__"))
"""Folders of tools, not of people; a folder without a repository often has no .gitignore that says so."""

FILES_LIMIT = 100_000
IGNORE_FILE_LIMIT = 1024 * 1024

Ignores = tuple[tuple[str, GitIgnoreSpec], ...]
"""The rules that hold in a folder: each with the folder it is relative to, outermost first."""


def walk_files(root: Path) -> tuple[tuple[str, ...], bool]:
    """Paths relative to `root` in order, at most FILES_LIMIT, and whether that limit was reached.

    Symbolic links are listed and not followed; folders that cannot be read count as empty.
    """
    paths: list[str] = []
    for path in _files(root, "", ()):
        if len(paths) == FILES_LIMIT:
            return tuple(sorted(paths)), True
        paths.append(path)
    return tuple(sorted(paths)), False


def _files(root: Path, folder: str, ignores: Ignores) -> Iterator[str]:
    folders = [(folder, ignores)]
    while folders:
        folder, ignores = folders.pop()
        try:
            with os.scandir(root / folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError:
            continue
        own = _own_ignores(root / folder)
        here = (*ignores, (folder, own)) if own else ignores
        inner: list[tuple[str, Ignores]] = []
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in NEVER_ENTERED and not _ignored(path + "/", here):
                    inner.append((path, here))
            elif not _ignored(path, here):
                yield path
        folders += reversed(inner)


def _own_ignores(folder: Path) -> GitIgnoreSpec | None:
    try:
        with (folder / ".gitignore").open(encoding="utf-8", errors="replace") as file:
            return GitIgnoreSpec.from_lines(file.read(IGNORE_FILE_LIMIT).splitlines())
    except (OSError, ValueError):
        return None


def _ignored(path: str, ignores: Ignores) -> bool:
    """The innermost file that says anything about the path decides."""
    for folder, spec in reversed(ignores):
        verdict = spec.check_file(path[len(folder) + 1 :] if folder else path).include
        if verdict is not None:
            return verdict
    return False
