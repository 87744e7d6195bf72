"""Repo instructions: what AGENTS.md files and agent.json say to every agent of a run, read once at its start.

From the widest to the narrowest: the home folder's, the project root's, those of the folders down to the workspace.
In each folder AGENTS.override.md goes before AGENTS.md. What cannot be used is named, and the rest is read.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mogplex_daemon.home.agent_file import NAME as AGENT_FILE
from mogplex_daemon.home.agent_file import AgentFile, load_agent_file
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.project_root import project_root

NAMES = ("AGENTS.override.md", "AGENTS.md")
MAX_BYTES = 64 * 1024
CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one file says."""

    path: str
    """As people read it: relative to the project, or absolute; a key of the memory."""
    text: str
    kind: Literal["instructions", "config", "memory"] = "instructions"

    @property
    def told(self) -> str:
        """As it stands in a system prompt."""
        whence = f"the memory of earlier runs, {self.path}" if self.kind == "memory" else self.path
        return f"From {whence}:\n{self.text.strip()}"

    @property
    def tokens(self) -> int:
        """About how many tokens it takes in a prompt."""
        return len(self.text) // CHARACTERS_A_TOKEN + 1


@dataclass(frozen=True, slots=True)
class Instructions:
    """All of them, and what is wrong with them, a line each."""

    fragments: tuple[Fragment, ...] = ()
    problems: tuple[str, ...] = ()
    agent_file: AgentFile = field(default_factory=AgentFile)
    """What else the project's agent.json says."""

    @property
    def prompt(self) -> str:
        """What stands in a system prompt; empty when there is nothing to say."""
        return "\n\n".join(each.told for each in self.fragments)


def load_instructions(home: Home, cwd: Path) -> Instructions:
    """Read them. Never raises."""
    root = project_root(cwd)
    below = cwd.absolute().relative_to(root).parts
    folders = [root.joinpath(*below[:depth]) for depth in range(len(below) + 1)]
    fragments: list[Fragment] = []
    problems: list[str] = []
    for folder, within in ((home.root, None), *((folder, root) for folder in folders)):
        path = next((folder / name for name in NAMES if os.path.lexists(folder / name)), None)
        if path is None:
            continue
        shown = path.relative_to(root).as_posix() if within else str(path)
        text, problem = _read(path, within)
        if problem:
            problems.append(f"{shown}: {problem}; this file is left out")
        elif text.strip():
            fragments.append(Fragment(shown, text))
    agent_file = load_agent_file(root)
    says = agent_file.content
    manner = f"Answer in this manner: {says.personality}" if says.personality else ""
    said = "\n".join(part.strip() for part in (says.system_prompt_suffix or "", manner) if part.strip())
    if said:
        fragments.append(Fragment(AGENT_FILE, said, "config"))
    problems += (f"{AGENT_FILE}: {problem}" for problem in agent_file.problems)
    return Instructions(tuple(fragments), tuple(problems), says)


def _read(path: Path, within: Path | None) -> tuple[str, str]:
    """The text, or what is wrong. A project's file may not be a link to what lies outside of it."""
    try:
        if within is not None and not path.resolve(strict=True).is_relative_to(within.resolve()):
            return "", "it is a link that leads out of the project"
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return "", "it is no regular file"
            data = file.read(MAX_BYTES + 1)
    except RuntimeError:
        return "", "it is a link to itself"
    except OSError as error:
        return "", f"it cannot be read ({error.strerror})"
    if len(data) > MAX_BYTES:
        return "", f"it is longer than {MAX_BYTES // 1024} KiB; instructions should be short"
    if b"\0" in data:
        return "", "it is a binary file"
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "it is not UTF-8 text; save it as UTF-8"
