"""The folder a project's own files lie in."""

from pathlib import Path


def project_root(cwd: Path) -> Path:
    """The top folder of the repository `cwd` is in; `cwd` itself outside of one. Never raises."""
    start = cwd.absolute()
    return next((folder for folder in (start, *start.parents) if _holds_git(folder)), start)


def _holds_git(folder: Path) -> bool:
    try:
        return (folder / ".git").exists()
    except OSError:
        return False
