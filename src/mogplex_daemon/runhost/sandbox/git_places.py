"""Where the repository of a workspace lies, and what in it could start programs when somebody uses git.

Read from the files git reads, without git: whoever is asked here must not be whom the answer protects from.
"""

import os
from dataclasses import dataclass
from pathlib import Path

POINTER = "gitdir:"
STARTS_PROGRAMS = ("hooks", "config", "config.worktree", "commondir", "gitdir")
"""Entries of a git folder that name programs, or say where such names are read from."""


@dataclass(frozen=True, slots=True)
class GitPlaces:
    """The folders of a repository, symlinks resolved; empty without one."""

    writable: tuple[Path, ...] = ()
    """Its git folder, and the one that shares its objects: a commit writes to both."""
    protected: tuple[Path, ...] = ()
    """What a command must leave alone, where it is there."""


def git_places(workspace: Path) -> GitPlaces:
    """Of the repository that `workspace` is in, at its top or below it. Never raises."""
    entry = next(
        (each / ".git" for each in (workspace, *workspace.parents) if (each / ".git").exists()), None
    )
    if entry is None:
        return GitPlaces()
    folder = git_folder(entry)
    if folder is None:
        return GitPlaces(protected=(entry,))
    common = _pointed(folder / "commondir", "", folder) or folder
    folders = tuple(dict.fromkeys((folder, common)))
    named = [place / name for place in folders for name in STARTS_PROGRAMS]
    modules = common / "modules"
    if modules.is_dir():
        named.append(modules)
    if entry.is_file():
        named.append(entry)
    return GitPlaces(folders, tuple(path for path in named if path.exists() and not path.is_symlink()))


def git_folder(entry: Path) -> Path | None:
    """The git folder behind a `.git`: itself, or where its `gitdir:` line leads; None when it leads nowhere."""
    if entry.is_dir():
        return Path(os.path.realpath(entry))
    return _pointed(entry, POINTER, entry.parent)


def _pointed(file: Path, prefix: str, base: Path) -> Path | None:
    try:
        text = file.read_text("utf-8", "surrogateescape").strip()
    except OSError:
        return None
    if not text.startswith(prefix):
        return None
    path = Path(os.path.realpath(base / text.removeprefix(prefix).strip()))
    return path if path.is_dir() else None
