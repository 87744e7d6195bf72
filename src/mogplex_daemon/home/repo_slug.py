"""The name under which a repository's settings lie in the home folder, read from git's files without git."""

import hashlib
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

MAX_FILE_BYTES = 1024 * 1024
MAX_NAME_CHARACTERS = 100
SCP_LIKE = re.compile(r"(?:[^@/:]+@)?(\[[^]]+\]|[^/:]+):(?!//)(.*)", re.DOTALL)
REMOTE = re.compile(r'\[\s*remote\s+"((?:[^"\\]|\\.)*)"\s*\]', re.IGNORECASE)


def repo_slug(cwd: Path) -> str:
    """`owner-name` of the origin remote, else `<folder>-<8 hex digits of the path's hash>`. Never raises.

    All folders and worktrees of one repository get the same name. The result is a plain file name of lower
    and upper case letters, digits, `-`, `_` and `.`, and never starts with a dot.
    """
    root, common = _find_repository(cwd)
    url = _origin(common / "config") if common is not None else None
    return (_slug_of_url(url) if url else None) or _slug_of_path(root)


def _find_repository(cwd: Path) -> tuple[Path, Path | None]:
    """The workspace's top folder and the folder with git's config; `cwd` and None outside a repository."""
    start = _resolved(cwd)
    for folder in (start, *start.parents):
        entry = folder / ".git"
        if entry.is_dir():
            return folder, entry
        if entry.is_file():
            # A linked worktree or a submodule: the file names the folder, which names the shared one.
            named = _first_line(entry).removeprefix("gitdir:").strip()
            git_folder = _resolved(folder / named)
            shared = _first_line(git_folder / "commondir")
            common = _resolved(git_folder / shared) if shared else git_folder
            # The main folder, so that a worktree without a remote shares the name of its repository.
            return (common.parent if common.name == ".git" else folder), common
    return start, None


def _origin(config: Path) -> str | None:
    """The url of the remote `origin`, the first one as git does for fetching."""
    remote = None
    for line in _read(config).splitlines():
        text = line.strip()
        if text.startswith("["):
            section = REMOTE.match(text)
            remote = section[1] if section else None
            text = text[section.end() :].strip() if section else ""
        key, equals, value = text.partition("=")
        if remote == "origin" and equals and key.strip().lower() == "url":
            return _unquoted(value.strip())
    return None


def _unquoted(value: str) -> str:
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return re.split(r"\s[#;]", value, maxsplit=1)[0].strip()


def _slug_of_url(url: str) -> str | None:
    """`owner-name`; None when the url has no such parts."""
    try:
        path = urlsplit(url).path if "://" in url else None
    except ValueError:
        return None
    if path is None:
        scp = SCP_LIKE.fullmatch(url)
        path = scp[2] if scp else url
    names = unquote(path).strip("/").removesuffix(".git").split("/")
    clean = [name for name in map(_clean, names) if name][-2:]
    return "-".join(clean)[:MAX_NAME_CHARACTERS].rstrip("-.") or None


def _slug_of_path(root: Path) -> str:
    digest = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{_clean(root.name)[:MAX_NAME_CHARACTERS] or 'root'}-{digest}"


def _clean(name: str) -> str:
    """The name with everything but letters, digits, `-`, `_` and `.` made a dash; none of `-.` at its ends."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path.absolute()


def _first_line(path: Path) -> str:
    return next(iter(_read(path).splitlines()), "")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
