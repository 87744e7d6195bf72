"""States of a workspace as git trees, in a git folder of the run's own.

The user's repository is only read: index, objects and configuration of the snapshots lie in the run's folder, and
the repository's objects are borrowed. So no hook, filter or setting of the repository has a part in it.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import anyio
import anyio.to_thread

from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.runhost.review.git_process import GitFailed, GitOutput, run_git
from mogplex_daemon.runhost.sandbox.git_places import git_folder, git_places

SNAPSHOT_SECONDS = 20.0
DIFF_BYTES = 4_000_000
"""How much of a diff is read; it is bounded again for the journal."""
LARGEST_NEW_FILE = 10_000_000
"""Bytes; a file git does not know that is bigger than this is left out of the snapshots."""
SETTINGS = (
    "core.bare=false",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.untrackedCache=false",
    "core.looseCompression=1",
    "advice.addEmbeddedRepo=false",
    "diff.ignoreSubmodules=dirty",
    "submodule.recurse=false",
    "gc.auto=0",
)


class Snapshots:
    """The snapshots of one workspace."""

    def __init__(self, workspace: Path, folder: Path) -> None:
        """`workspace` is in a repository; `folder` is the run's, made at the first snapshot."""
        self._workspace = workspace
        self._folder = folder
        self._top = next(each for each in (workspace, *workspace.parents) if (each / ".git").exists())

    async def take(self) -> str:
        """The tree of the files as they are now: those git tracks, and new ones it would not ignore.

        Raises GitMissing, GitFailed and OSError.
        """
        if not (self._folder / "HEAD").exists():
            await self._make()
        # Left by a git that was stopped; nobody else uses this folder.
        (self._folder / "index.lock").unlink(missing_ok=True)
        await self._leave_out_big_files()
        added = await self._git("add", "--all", "--ignore-errors", "--", ".")
        if added.exit_code != 0 and not added.stderr.startswith(("error: ", "warning: ")):
            added.checked()
        return (await self._git("write-tree")).checked().stdout.decode().strip()

    async def files(self, before: str, after: str) -> bytes:
        """How the files differ: git's `--raw --numstat -z`."""
        return (await self._diff(before, after, "--raw", "--numstat", "-z")).stdout

    async def diff(self, before: str, after: str) -> str:
        """The difference as a unified diff, at most DIFF_BYTES of it."""
        return (await self._diff(before, after, "--patch")).stdout.decode("utf-8", "replace")

    async def _diff(self, before: str, after: str, *form: str) -> GitOutput:
        settled = ("--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--relative")
        return (
            await self._git("diff-tree", "-r", *settled, *form, before, after, limit=DIFF_BYTES)
        ).checked()

    async def _make(self) -> None:
        """The git folder of the snapshots, which begins with what the repository's index knows of the files."""
        places = git_places(self._workspace)
        real = git_folder(self._top / ".git")
        if real is None:
            raise GitFailed(f"{self._top / '.git'} leads to no repository")
        common = places.writable[-1]
        sha256 = re.search(r"objectformat\s*=\s*sha256", _text(common / "config"), re.IGNORECASE)
        kind = ("--object-format=sha256",) if sha256 else ()
        # Git makes folders that others may look into.
        ensure_private_dir(self._folder)
        (await self._git("init", "--quiet", "--template=", *kind)).checked()
        await anyio.to_thread.run_sync(self._borrow, real, common)

    def _borrow(self, real: Path, common: Path) -> None:
        (self._folder / "objects/info").mkdir(parents=True, exist_ok=True)
        (self._folder / "objects/info/alternates").write_text(f"{common / 'objects'}\n", "utf-8")
        (self._folder / "info").mkdir(exist_ok=True)
        (self._folder / "info/exclude").write_text(_text(common / "info/exclude"), "utf-8")
        index = real / "index"
        # A split index needs files beside it; without one git reads every file once.
        if index.exists() and not list(real.glob("sharedindex.*")):
            shutil.copyfile(index, self._folder / "index")

    async def _leave_out_big_files(self) -> None:
        new = (await self._git("ls-files", "--others", "--exclude-standard", "-z", "--", ".")).checked()
        names = [name.decode("utf-8", "surrogateescape") for name in new.stdout.split(b"\0") if name]
        big = [name for name in names if _size(self._workspace / name) > LARGEST_NEW_FILE]
        if big:
            below = self._workspace.relative_to(self._top)
            with (self._folder / "info/exclude").open(
                "a", encoding="utf-8", errors="surrogateescape"
            ) as file:
                file.writelines(f"{_pattern((below / name).as_posix())}\n" for name in big)

    async def _git(self, *arguments: str, limit: int = DIFF_BYTES * 16) -> GitOutput:
        settings: Sequence[str] = [word for each in SETTINGS for word in ("-c", each)]
        return await run_git(
            self._workspace,
            [*settings, *arguments],
            limit=limit,
            timeout=SNAPSHOT_SECONDS,
            environ={"GIT_DIR": str(self._folder), "GIT_WORK_TREE": str(self._top)},
        )


def _pattern(path: str) -> str:
    """The line of an exclude file that means this path alone."""
    return "/" + re.sub(r"([\\*?\[\] ])", r"\\\1", path)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
