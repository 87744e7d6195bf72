"""Real git repositories to work in."""

import subprocess
from pathlib import Path


def git(folder: Path, *words: str) -> str:
    """What git says; identity and settings are the same on every machine."""
    settings = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *settings, *words], cwd=folder, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


def make_repository(folder: Path) -> Path:
    """A small repository with one commit, and a change staged that deserves a remark."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "app.py").write_text("def total(items):\n    return sum(items)\n")
    (folder / "README.md").write_text("# Totals\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "First")
    (folder / "app.py").write_text("def total(items):\n    print('debug', items)\n    return sum(items)\n")
    git(folder, "add", "app.py")
    return folder
