"""The workspace of a run: which paths lie inside it and which of those may be written.

Every path a tool takes from a model passes here first. Symlinks are resolved the way the kernel does it, so
`a/../b` through a symlink `a` is judged by where it really leads.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class WorkspaceRefusal(Exception):
    """A path that a tool must not use. The message names the path, why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One folder, the only one a run may write to. `root` is absolute with symlinks resolved."""

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(os.path.realpath(self.root)))

    def locate(self, text: str) -> Path:
        """Where `text` really leads: absolute, symlinks resolved, perhaps outside, perhaps not there.

        A relative path starts at the root; `~/` is the home folder. Raises WorkspaceRefusal for a path no
        file can have.
        """
        return Path(os.path.realpath(self._joined(text)))

    def resolve(self, text: str) -> Path:
        """The real path of `text` for reading. Raises WorkspaceRefusal when it lies outside."""
        path = self.locate(text)
        if not self.contains(path):
            raise WorkspaceRefusal(self._outside(text, path))
        return path

    def resolve_entry(self, text: str) -> Path:
        """The path of the directory entry `text` names, to delete it: a final symlink is not followed.

        Raises WorkspaceRefusal for the root itself, outside paths and anything in a `.git` folder.
        """
        joined = self._joined(text)
        if joined.name in ("", ".."):
            raise WorkspaceRefusal(f"{text}: name a file or folder inside the workspace")
        path = Path(os.path.realpath(joined.parent)) / joined.name
        if path == self.root:
            raise WorkspaceRefusal(f"{text}: this is the workspace folder itself")
        if not self.contains(path):
            raise WorkspaceRefusal(self._outside(text, path))
        if any(part.casefold() == ".git" for part in path.relative_to(self.root).parts):
            raise WorkspaceRefusal(f"{text}: .git is protected; use git commands to change a repository")
        return path

    def resolve_for_write(self, text: str) -> Path:
        """The path to write for `text`, which may not exist yet.

        As `resolve_entry`, and raises WorkspaceRefusal for a symlink too: writing would go through it.
        """
        path = self.resolve_entry(text)
        if path.is_symlink():
            raise WorkspaceRefusal(f"{text}: a symlink is not written through; name the file it leads to")
        return path

    def contains(self, path: Path) -> bool:
        """Whether a resolved absolute path is the root or below it."""
        return path.is_relative_to(self.root)

    def name(self, path: Path) -> str:
        """How a resolved path is called in rules and messages: relative inside, absolute outside."""
        return path.relative_to(self.root).as_posix() if self.contains(path) else path.as_posix()

    def descriptor(self, verb: str, path: Path) -> str:
        """What permission rules match for a resolved path: `write:src/a.py`, `read:/etc/hosts`."""
        return f"{verb}:{self.name(path)}"

    def _joined(self, text: str) -> Path:
        if not text.strip():
            raise WorkspaceRefusal("the path is empty; give one relative to the workspace")
        if CONTROL_CHARACTERS.search(text):
            raise WorkspaceRefusal(f"{text!r}: a path must not hold control characters")
        path = Path(text).expanduser() if text == "~" or text.startswith("~/") else Path(text)
        return self.root / path

    def _outside(self, text: str, path: Path) -> str:
        leads = "" if text == str(path) else f" (it leads to {path})"
        return f"{text}: outside the workspace {self.root}{leads}; use a path inside it"
