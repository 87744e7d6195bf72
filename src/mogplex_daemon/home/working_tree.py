"""What git says of a folder now."""

import os
import subprocess
from pathlib import Path

import anyio

from mogplex_contracts.git_status import GIT_STATUS, WorkingTree, parse_git_status

GIT_SECONDS = 30.0


async def working_tree(cwd: Path) -> WorkingTree | None:
    """The working tree of `cwd`; None when it is no git repository, git is missing, or takes too long."""
    with anyio.move_on_after(GIT_SECONDS):
        try:
            done = await anyio.run_process(
                GIT_STATUS,
                cwd=cwd,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        return parse_git_status(done.stdout)
    return None
