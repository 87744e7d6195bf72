"""The files of the workspace, found by some of their letters: what git knows of, else a bounded walk."""

import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from mogplex_cli.path_ranking import best_paths
from mogplex_daemon.home.child_process import run_child

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_FILES = 100_000
MAX_WALKED = 20_000
"""Entries looked at where there is no git."""
GIT_SECONDS = 10.0
GIT_FILES = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")


class WorkspaceFiles:
    """Lists the files when a name begins to be typed, and finds in that list while it is."""

    def __init__(self, cwd: Path) -> None:
        self._cwd = cwd
        self._paths: tuple[str, ...] | None = None

    async def find(self, query: str) -> tuple[str, ...]:
        """Paths relative to the workspace, the best first, a few of them. Never raises."""
        if not query or self._paths is None:
            self._paths = await list_files(self._cwd)
        return await anyio.to_thread.run_sync(best_paths, query, self._paths, abandon_on_cancel=True)


async def list_files(cwd: Path) -> tuple[str, ...]:
    """All files but those git is told to ignore, at most MAX_FILES."""
    with anyio.move_on_after(GIT_SECONDS):
        try:
            done = await run_child(
                GIT_FILES,
                cwd=cwd,
                env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
            )
        except OSError:
            done = None
        if done is not None and done.returncode == 0:
            names = done.stdout.split(b"\0")[:MAX_FILES]
            return tuple(name.decode("utf-8", "replace") for name in names if name)
    return await anyio.to_thread.run_sync(walk_files, cwd, abandon_on_cancel=True)


def walk_files(top: Path) -> tuple[str, ...]:
    """The files below a folder without git, those its .gitignore files name left out; links are not followed."""
    from pathspec import GitIgnoreSpec

    found: list[str] = []
    left = MAX_WALKED
    folders: deque[tuple[Path, tuple[tuple[Path, GitIgnoreSpec], ...]]] = deque([(top, ())])
    while folders:
        folder, rules = folders.popleft()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        own = _ignore_file(folder)
        rules = (*rules, (folder, GitIgnoreSpec.from_lines(own))) if own else rules
        for entry in entries:
            left -= 1
            if left < 0:
                return tuple(found)
            path = Path(entry.path)
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name == ".git" or _ignored(path, is_folder, rules):
                continue
            if is_folder:
                folders.append((path, rules))
            else:
                found.append(path.relative_to(top).as_posix().encode("utf-8", "replace").decode())
    return tuple(found)


def _ignore_file(folder: Path) -> list[str]:
    try:
        return (folder / ".gitignore").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _ignored(path: Path, is_folder: bool, rules: Sequence[tuple[Path, "GitIgnoreSpec"]]) -> bool:
    slash = "/" if is_folder else ""
    return any(spec.match_file(f"{path.relative_to(folder).as_posix()}{slash}") for folder, spec in rules)
