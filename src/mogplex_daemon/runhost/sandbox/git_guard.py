"""What a command left in a git folder that would start programs when somebody uses git there is made harmless.

A command can make a repository where there was none, and a partial sandbox cannot protect one. So what git
would obey is looked at before a command and after it. What is new is renamed, never deleted: `*.not-trusted`.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mogplex_daemon.home.atomic import write_atomic
from mogplex_daemon.runhost.sandbox.git_places import git_places

NOT_TRUSTED = ".not-trusted"
LONGEST_FILE = 1_000_000
"""Bytes; git's own files of this kind are far smaller."""
PLAIN_CONFIG = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
SECTION = re.compile(r'\[(core|user|init|pull|color|branch "[^"\\]*"|remote "[^"\\]*")\]', re.IGNORECASE)
KEYS: Mapping[str, frozenset[str]] = {
    "core": frozenset(
        (
            "repositoryformatversion",
            "filemode",
            "bare",
            "logallrefupdates",
            "ignorecase",
            "precomposeunicode",
            "symlinks",
            "autocrlf",
            "eol",
        )
    ),
    "user": frozenset(("name", "email")),
    "init": frozenset(("defaultbranch",)),
    "pull": frozenset(("rebase", "ff")),
    "color": frozenset(("ui",)),
    "branch": frozenset(("remote", "merge", "rebase")),
    "remote": frozenset(("url", "fetch", "pushurl")),
}
"""What a config may say without naming a program; everything else might."""


@dataclass(frozen=True, slots=True)
class GitPicture:
    """What git would obey in a workspace: the content of files, and a mark of what is no file of git's size."""

    files: Mapping[Path, bytes | str] = field(default_factory=dict[Path, bytes | str])
    there: bool = False
    """Whether there is a repository at the workspace's top."""


def look(workspace: Path) -> GitPicture:
    """The picture before a command. Never raises."""
    files = {path: content for path in _obeyed(workspace) if (content := _content(path)) is not None}
    return GitPicture(files, os.path.lexists(workspace / ".git"))


def mend(workspace: Path, before: GitPicture, protected: bool) -> list[str]:
    """Put back what a command changed, and take the force from what it added; a line for each.

    With `protected`, what was there before could not be changed by it, and is left to whoever did. Raises OSError.
    """
    entry = workspace / ".git"
    if not before.there and (entry.is_file() or entry.is_symlink()):
        return [_disarm(entry, f"{entry} was made to lead elsewhere")]
    if before.there and protected:
        return []
    if before.there and not os.path.lexists(entry):
        return [f"{entry} is gone: the command moved or removed the repository"]
    said: list[str] = []
    for path in sorted({*before.files, *_obeyed(workspace)}):
        was, now = before.files.get(path), _content(path)
        if now == was or (was is not None and protected) or (was is None and _harmless(path, now)):
            continue
        if now is None:
            said.append(f"{path} was removed by the command")
        else:
            said.append(_disarm(path, f"{path} could start programs and was changed by the command"))
        if isinstance(was, bytes):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, was, 0o755 if path.parent.name == "hooks" else 0o644)
            said[-1] += "; the former one is back"
        elif path.name == "config":
            write_atomic(path, PLAIN_CONFIG, 0o644)
    return said


def plain_config(text: str) -> bool:
    """Whether a git config says only what KEYS lists, in the simplest form. Pure."""
    section = ""
    for row in text.splitlines():
        line = row.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            found = SECTION.fullmatch(line)
            if found is None:
                return False
            section = found[1].split()[0].lower()
            continue
        key, equals, value = line.partition("=")
        if not equals or value.endswith("\\") or key.strip().lower() not in KEYS.get(section, frozenset()):
            return False
    return True


def _obeyed(workspace: Path) -> list[Path]:
    """The files git would obey, those in `hooks` each by itself."""
    found: list[Path] = []
    for place in git_places(workspace).protected:
        if place.name == "hooks" and place.is_dir():
            found.extend(path for path in place.iterdir() if path.suffix not in (".sample", NOT_TRUSTED))
        elif place.is_file():
            found.append(place)
    return found


def _harmless(path: Path, content: bytes | str | None) -> bool:
    if path.name != "config" or path.parent.name == "hooks" or not isinstance(content, bytes):
        return False
    return plain_config(content.decode("utf-8", "replace"))


def _content(path: Path) -> bytes | str | None:
    """What to compare: the bytes of a file, a mark of anything else, None where there is nothing."""
    try:
        if path.is_symlink():
            return f"leads to {path.readlink()}"
        facts = path.stat()
        if path.is_dir() or facts.st_size > LONGEST_FILE:
            return f"{facts.st_size} bytes of {facts.st_mtime_ns}"
        return path.read_bytes()
    except OSError:
        return None


def _disarm(path: Path, why: str) -> str:
    aside = path.with_name(path.name + NOT_TRUSTED)
    if aside.is_dir() and not aside.is_symlink():
        aside = path.with_name(f"{path.name}.{path.lstat().st_ino}{NOT_TRUSTED}")
    path.rename(aside)
    return f"{why}: that is now {aside.name}, look at it before you use it"
