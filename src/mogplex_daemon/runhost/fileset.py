"""Which files of a workspace a person would call its files: all that git does not ignore.

In a git repository git itself is asked; elsewhere, or when git can not answer, `.gitignore` files are read
by our own walk. Paths are relative to the root, with `/`, sorted; folders and `.git` are left out.
"""

import os
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

GIT_SECONDS = 30.0
MAX_FILES = 200_000
"""The walk stops here: nobody reads a longer list."""
READ_ONLY_GIT = ("git", "-c", "core.fsmonitor=false", "ls-files", "-co", "--exclude-standard", "-z", "--")
"""Without the file system monitor, which is a program named by the repository's own settings."""
REPOSITORY_VARIABLES = frozenset(("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"))


Ignores: TypeAlias = "list[tuple[str, GitIgnoreSpec]]"
"""Folders with what their `.gitignore` says, from the root inwards."""


def list_workspace(root: Path, folder: str = ".") -> list[str]:
    """The files below `folder`, a path relative to `root`. Blocks; call it in a worker thread."""
    if _is_entry(root / folder):
        return [folder]
    names = _asked_of_git(root, folder)
    if names is None:
        names = _walked(root, folder)
    return sorted(names)


def matching(names: Sequence[str], glob: str) -> list[str]:
    """The names a glob matches, with the rules of a `.gitignore` line: `*.py` at any depth, `src/**/a.*`.

    Raises ValueError for a glob that can not be read.
    """
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines([f"\\{glob}" if glob.startswith(("!", "#")) else glob])
    return [name for name in names if spec.match_file(name)]


def regular_size(path: Path) -> int | None:
    """The size of a regular file in bytes; None for anything else, and for what is gone."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _asked_of_git(root: Path, folder: str) -> set[str] | None:
    """What git lists; None when there is no git, no repository, or it is not ours to read."""
    environment = {key: value for key, value in os.environ.items() if key not in REPOSITORY_VARIABLES}
    try:
        answer = subprocess.run(
            [*READ_ONLY_GIT, f":(literal){folder}"],
            cwd=root,
            env={**environment, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    names = (os.fsdecode(name) for name in answer.stdout.split(b"\0") if name)
    # The index also names files that are deleted, and submodules, which are folders.
    return {name for name in names if _is_entry(root / name)}


def _is_entry(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def _walked(root: Path, folder: str) -> set[str]:
    found: set[str] = set()
    *above, start = _ancestors(folder)
    inherited = [spec for base in above if (spec := _ignores(root, base))]
    pending: list[tuple[str, Ignores]] = [(start, inherited)]
    while pending and len(found) < MAX_FILES:
        base, inherited = pending.pop()
        own = _ignores(root, base)
        here = [*inherited, own] if own else inherited
        try:
            entries = list(os.scandir(root / base))
        except OSError:
            continue
        for entry in entries:
            name = f"{base}/{entry.name}" if base else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name == ".git" or _ignored(name, is_folder, here):
                continue
            if is_folder:
                pending.append((name, here))
            elif entry.is_symlink() or entry.is_file():
                found.add(name)
    return found


def _ancestors(folder: str) -> list[str]:
    """The folders from the root (an empty name) down to `folder`."""
    if folder in ("", "."):
        return [""]
    parts = folder.split("/")
    return ["", *("/".join(parts[:count]) for count in range(1, len(parts) + 1))]


def _ignores(root: Path, base: str) -> "tuple[str, GitIgnoreSpec] | None":
    from pathspec import GitIgnoreSpec

    try:
        lines = (root / base / ".gitignore").read_text("utf-8", "replace").splitlines()
        return base, GitIgnoreSpec.from_lines(lines)
    except (OSError, ValueError):
        return None


def _ignored(name: str, is_folder: bool, specs: Sequence[tuple[str, "GitIgnoreSpec"]]) -> bool:
    """Whether the innermost `.gitignore` that says anything of `name` ignores it."""
    for base, spec in reversed(specs):
        below = name[len(base) + 1 :] if base else name
        include = spec.check_file(f"{below}/" if is_folder else below).include
        if include is not None:
            return include
    return False
