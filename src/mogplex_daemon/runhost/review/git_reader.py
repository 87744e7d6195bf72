"""What a review reads from git: where the repository stands, its files, its diffs and its staged contents."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mogplex_daemon.runhost.review.git_process import GitFailed, GitMissing, first_line, run_git

DIFF_LIMIT = 20 * 1024 * 1024
"""Bytes of one diff that are reviewed."""

CONTENT_LIMIT = 2 * 1024 * 1024
"""Bytes of one changed file that are read to check its syntax."""

CONTENTS_LIMIT = 64 * 1024 * 1024
"""Bytes of all changed files together."""

SUBMODULE_MODE = "160000"

DIFF_ARGUMENTS = (
    "diff",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--unified=3",
    "--inter-hunk-context=0",
    "--find-renames",
    "--full-index",
    "--relative",
    "--submodule=short",
    "--ignore-submodules=dirty",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "-O/dev/null",
)

NoRepositoryReason = Literal["git_missing", "not_a_repository", "refused"]

GIT_MISSING = (
    "git is not installed, or not on PATH: no diff could be read. Install git and run the task again."
)
NOT_A_REPOSITORY = "This folder is not a git repository: there is no diff to review. `git init` makes it one."
NO_COMMITS = "The repository has no commits yet: everything staged counts as added."
OTHER_OWNER = (
    "git refuses to read this repository because it belongs to another user. "
    "If you trust it, run `git config --global --add safe.directory` with its folder."
)


class NoRepository(Exception):
    """There is no repository to read. The message says why and what to do, without absolute paths."""

    def __init__(self, reason: NoRepositoryReason, message: str) -> None:
        super().__init__(message)
        self.reason: NoRepositoryReason = reason


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository stands."""

    branch: str | None
    """None when HEAD is detached."""
    commit: str | None
    """The first ten digits of HEAD; None when there are no commits."""
    subject: str = ""
    """The first line of HEAD's message."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A path that git lists below the reviewed folder."""

    path: str
    tracked: bool
    is_repository: bool
    """A submodule, or an untracked folder that is a repository of its own: not looked into."""


@dataclass(frozen=True, slots=True)
class DiffText:
    """One diff as git printed it. `cut`: it is longer than DIFF_LIMIT and ends after the last whole line."""

    text: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Content:
    """A changed file's new version. `data` is None when longer than CONTENT_LIMIT or not readable."""

    size: int
    data: bytes | None


async def read_repository(root: Path) -> Repository:
    """Where the repository of `root` stands; `root` may be a folder inside of it. Raises NoRepository."""
    try:
        inside = await run_git(root, ["rev-parse", "--is-inside-work-tree"])
    except GitMissing:
        raise NoRepository("git_missing", GIT_MISSING) from None
    except GitFailed as error:
        raise NoRepository("refused", f"git could not read this folder: {error}.") from None
    if inside.exit_code != 0:
        raise _no_repository(inside.stderr)
    if inside.stdout.strip() != b"true":
        raise NoRepository(
            "not_a_repository", "This folder belongs to git itself or to a bare repository: it has no files."
        )
    try:
        return await _standing(root)
    except GitFailed as error:
        raise NoRepository("refused", f"git could not read this repository: {error}.") from None


def _no_repository(stderr: str) -> NoRepository:
    if "dubious ownership" in stderr:
        return NoRepository("refused", OTHER_OWNER)
    if "not a git repository" in stderr:
        return NoRepository("not_a_repository", NOT_A_REPOSITORY)
    return NoRepository("refused", f"git could not read this folder: {first_line(stderr)}.")


async def _standing(root: Path) -> Repository:
    named = await run_git(root, ["symbolic-ref", "--short", "-q", "HEAD"])
    branch = _text(named.stdout).strip() or None
    head = await run_git(root, ["rev-parse", "-q", "--verify", "HEAD^{commit}"])
    if head.exit_code != 0:
        return Repository(branch, None)
    log = await run_git(root, ["log", "-1", "--no-color", "--encoding=UTF-8", "--format=%s", "HEAD"])
    return Repository(branch, _text(head.stdout).strip()[:10], _text(log.checked().stdout).strip())


async def list_files(root: Path) -> tuple[ListedFile, ...]:
    """Tracked files and untracked ones that are not ignored, below `root`, by path. Raises GitFailed."""
    staged = (await run_git(root, ["ls-files", "--stage", "-z"])).checked()
    others = (await run_git(root, ["ls-files", "--others", "--exclude-standard", "-z"])).checked()
    files: dict[str, ListedFile] = {}
    for entry in _records(staged.stdout):
        facts, _, path = entry.partition("\t")
        files[path] = ListedFile(path, tracked=True, is_repository=facts.startswith(SUBMODULE_MODE))
    for path in _records(others.stdout):
        name = path.removesuffix("/")
        files.setdefault(name, ListedFile(name, tracked=False, is_repository=path.endswith("/")))
    return tuple(sorted(files.values(), key=lambda file: file.path))


async def read_diff(root: Path, which: Literal["staged", "unstaged"]) -> DiffText:
    """The staged or unstaged diff of everything below `root`, paths relative to it. Raises GitFailed."""
    # Of a file in conflict the unstaged diff shows what differs from our side, markers included.
    side = "--cached" if which == "staged" else "--ours"
    output = (await run_git(root, [*DIFF_ARGUMENTS, side], limit=DIFF_LIMIT)).checked()
    data = output.stdout[: output.stdout.rfind(b"\n") + 1] if output.cut else output.stdout
    return DiffText(_text(data), output.cut)


async def read_blobs(root: Path, blobs: Iterable[str]) -> dict[str, Content]:
    """The contents of git objects by id; ids that git does not have are left out. Raises GitFailed."""
    wanted = sorted(set(blobs))
    sizes = await _blob_sizes(root, wanted)
    chosen, total = list[str](), 0
    for blob in wanted:
        size = sizes.get(blob)
        if size is not None and size <= CONTENT_LIMIT and total + size <= CONTENTS_LIMIT:
            chosen.append(blob)
            total += size
    data = await _blob_data(root, chosen)
    return {blob: Content(size, data.get(blob)) for blob, size in sizes.items()}


async def _blob_sizes(root: Path, blobs: list[str]) -> dict[str, int]:
    output = (await run_git(root, ["cat-file", "--batch-check"], stdin=_lines(blobs))).checked()
    rows = (line.split(" ") for line in _text(output.stdout).splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == "blob"}


async def _blob_data(root: Path, blobs: list[str]) -> dict[str, bytes]:
    limit = CONTENTS_LIMIT + 100 * (len(blobs) + 1)
    output = (await run_git(root, ["cat-file", "--batch"], stdin=_lines(blobs), limit=limit)).checked()
    found: dict[str, bytes] = {}
    position = 0
    while (end := output.stdout.find(b"\n", position)) >= 0:
        header = _text(output.stdout[position:end]).split(" ")
        position = end + 1
        if len(header) == 3 and header[2].isdigit():
            size = int(header[2])
            found[header[0]] = output.stdout[position : position + size]
            position += size + 1
    return found


def _lines(blobs: list[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in blobs).encode()


def _records(output: bytes) -> list[str]:
    return [record for record in _text(output).split("\0") if record]


def _text(output: bytes) -> str:
    """Git's output, where bytes that are not UTF-8 stay as surrogates, as in file names of the os module."""
    return output.decode("utf-8", "surrogateescape")
