"""A git worktree for a run, so that several runs of one repository do not get in each other's way.

It is never removed while it holds something that is nowhere else: changed or new files, or commits that are on no
other branch and on no remote.
"""

import os
import subprocess
from pathlib import Path

from mogplex_daemon.home.atomic import ensure_private_dir

GIT_SECONDS = 60.0
QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""What lies in a worktree was written by an agent: looking at it starts no program."""


class WorktreeFailed(Exception):
    """There can be no worktree; the message says why and what to do."""


def branch_of(run_id: str) -> str:
    """The branch of a run's worktree."""
    return f"mogplex/{run_id}"


def make_worktree(place: Path, workspace: Path, run_id: str) -> Path:
    """Make a worktree at `place` from the commit checked out in `workspace`; the folder in it to work in.

    That is the one that stands in it where `workspace` stands in its repository. Takes as long as a checkout.
    Raises WorktreeFailed and OSError.
    """
    try:
        top = Path(_git(workspace, "rev-parse", "--show-toplevel"))
        _git(workspace, "rev-parse", "--verify", "HEAD")
        ensure_private_dir(place.parent)
        _git(workspace, "worktree", "add", "--quiet", "-b", branch_of(run_id), str(place), "HEAD")
    except (subprocess.SubprocessError, FileNotFoundError) as error:
        raise WorktreeFailed(
            f"{workspace} cannot be given a git worktree: {_said(error)}; "
            "commit something there first, or set [runs] worktree = false"
        ) from error
    inside = place / Path(os.path.realpath(workspace)).relative_to(os.path.realpath(top))
    inside.mkdir(parents=True, exist_ok=True)
    return inside


def holds_work(place: Path, run_id: str) -> bool:
    """Whether something in the worktree is nowhere else. What cannot be told counts as yes."""
    try:
        if _git(place, "status", "--porcelain", "--untracked-files=all", "--ignore-submodules=none"):
            return True
        others = (f"--exclude={branch_of(run_id)}", "--branches", "--remotes", "--tags")
        return bool(_git(place, "rev-list", "--max-count=1", "HEAD", "--not", *others))
    except (subprocess.SubprocessError, OSError):
        return True


def remove_worktree(place: Path, run_id: str) -> bool:
    """Remove the worktree of an ended run, and its branch; False when it holds work and stays. Raises nothing."""
    if not place.exists():
        return True
    if holds_work(place, run_id):
        return False
    try:
        repository = Path(_git(place, "rev-parse", "--path-format=absolute", "--git-common-dir"))
        _git(repository, "worktree", "remove", str(place))
        _git(repository, "branch", "--quiet", "-D", branch_of(run_id))
    except (subprocess.SubprocessError, OSError):
        return not place.exists()
    return True


def _git(folder: Path, *words: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ("git", *QUIET, *words),
        cwd=folder,
        env={**kept, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=GIT_SECONDS,
        check=True,
    )
    return done.stdout.strip()


def _said(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines = str(error.stderr).strip().splitlines()
        return lines[-1].removeprefix("fatal: ") if lines else f"git ended with {error.returncode}"
    if isinstance(error, FileNotFoundError):
        return "git is not installed"
    return f"git took longer than {GIT_SECONDS:.0f} s"
