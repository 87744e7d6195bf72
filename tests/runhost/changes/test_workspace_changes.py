import os
import subprocess
from pathlib import Path

import pytest

from mogplex_contracts.envelope import Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.patch import PatchedFile, WorkspaceDiff
from mogplex_daemon.runhost.changes.changed_files import parse_changed_files
from mogplex_daemon.runhost.changes.workspace_changes import WorkspaceChanges

pytestmark = pytest.mark.anyio


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


class Run:
    """The changes of one run, with every event it told."""

    def __init__(self, workspace: Path, folder: Path) -> None:
        self.events: list[WorkspaceDiff] = []
        self.folder = folder
        self.changes = WorkspaceChanges(workspace, folder, self.emit)

    async def emit(self, event: Event, by: Operator | None = None) -> Event:
        assert isinstance(event, WorkspaceDiff)
        self.events.append(event)
        return event

    async def turn(self) -> WorkspaceDiff | None:
        count = len(self.events)
        await self.changes.turn_over()
        return self.events[-1] if len(self.events) > count else None


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    (root / "a.py").write_text("one\ntwo\n")
    (root / ".gitignore").write_text("*.log\n")
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    return root


@pytest.fixture
async def run(repo: Path, tmp_path: Path) -> Run:
    run = Run(repo, tmp_path / "snapshots")
    assert await run.changes.begin() == ""
    return run


async def test_what_a_turn_changed_is_told_whoever_changed_it(repo: Path, run: Run) -> None:
    (repo / "a.py").write_text("one\nthree\n")
    (repo / "new.py").write_text("x\n")
    (repo / "noise.log").write_text("ignored\n")
    told = await run.turn()
    assert told is not None
    assert told.files == (
        PatchedFile(path="a.py", change="update", added=1, removed=1),
        PatchedFile(path="new.py", change="add", added=1),
    )
    assert "-two\n+three\n" in told.diff
    assert told.turn == 1


async def test_a_turn_that_changed_nothing_tells_nothing(run: Run) -> None:
    assert await run.turn() is None


async def test_every_diff_is_that_of_the_whole_run(repo: Path, run: Run) -> None:
    (repo / "a.py").write_text("one\n")
    await run.turn()
    (repo / "b.py").write_text("b\n")
    told = await run.turn()
    assert told is not None
    assert [file.path for file in told.files] == ["a.py", "b.py"]
    (repo / "b.py").unlink()
    (repo / "a.py").write_text("one\ntwo\n")
    told = await run.turn()
    assert told is not None
    assert (told.files, told.diff, told.turn) == ((), "", 3)


async def test_what_was_changed_before_the_run_is_not_the_runs(repo: Path, tmp_path: Path) -> None:
    (repo / "a.py").write_text("mine\n")
    (repo / "mine.py").write_text("mine\n")
    run = Run(repo, tmp_path / "other")
    await run.changes.begin()
    (repo / "its.py").write_text("its\n")
    told = await run.turn()
    assert told is not None
    assert [file.path for file in told.files] == ["its.py"]


async def test_commits_do_not_hide_what_was_changed(repo: Path, run: Run) -> None:
    (repo / "a.py").write_text("one\n")
    git(repo, "commit", "-qam", "y")
    told = await run.turn()
    assert told is not None
    assert [file.path for file in told.files] == ["a.py"]


async def test_moves_deletions_and_odd_names(repo: Path, run: Run) -> None:
    (repo / "a.py").rename(repo / "b\tc ü.py")
    (repo / ".gitignore").unlink()
    told = await run.turn()
    assert told is not None
    assert {(file.change, file.path, file.moved_to) for file in told.files} == {
        ("move", "a.py", "b\tc ü.py"),
        ("delete", ".gitignore", None),
    }


async def test_a_repository_without_commits_has_a_diff_too(tmp_path: Path) -> None:
    root = tmp_path / "empty"
    git(tmp_path, "init", "-q", str(root))
    (root / "before").write_text("x\n")
    run = Run(root, tmp_path / "s")
    assert await run.changes.begin() == ""
    (root / "after").write_text("x\n")
    told = await run.turn()
    assert told is not None
    assert [file.path for file in told.files] == ["after"]


async def test_a_folder_without_git_is_left_alone(tmp_path: Path) -> None:
    run = Run(tmp_path / "none", tmp_path / "s")
    assert await run.changes.begin() == ""
    assert await run.turn() is None
    assert not run.folder.exists()


async def test_a_folder_below_the_top_tells_its_own_files_by_their_names_there(
    repo: Path, tmp_path: Path
) -> None:
    below = repo / "below"
    below.mkdir()
    run = Run(below, tmp_path / "s")
    await run.changes.begin()
    (below / "x.py").write_text("x\n")
    (repo / "a.py").write_text("beside\n")
    (below / "y.log").write_text("ignored\n")
    told = await run.turn()
    assert told is not None
    assert [file.path for file in told.files] == ["x.py"]
    assert "+++ b/x.py" in told.diff


async def test_a_linked_worktree_works_as_well(repo: Path, tmp_path: Path) -> None:
    git(repo, "worktree", "add", "-q", str(tmp_path / "tree"))
    run = Run(tmp_path / "tree", tmp_path / "s")
    assert await run.changes.begin() == ""
    (tmp_path / "tree/x").write_text("x\n")
    told = await run.turn()
    assert told is not None
    assert [file.path for file in told.files] == ["x"]


async def test_the_repository_itself_is_not_touched(repo: Path, tmp_path: Path) -> None:
    (repo / "staged").write_text("x\n")
    git(repo, "add", "staged")
    (repo / "a.py").write_text("changed\n")

    def picture() -> dict[str, tuple[int, bytes]]:
        # An object that is needed again is marked as fresh by git, which only keeps it longer.
        return {
            str(path): (0 if "objects" in path.parts else path.stat().st_mtime_ns, path.read_bytes())
            for path in (repo / ".git").rglob("*")
            if path.is_file()
        }

    before = picture()
    run = Run(repo, tmp_path / "s")
    await run.changes.begin()
    (repo / "new").write_text("x\n")
    assert await run.turn() is not None
    assert picture() == before


async def test_no_program_of_the_repository_is_run(repo: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    git(repo, "config", "core.fsmonitor", f"touch {mark}")
    git(repo, "config", "filter.x.clean", f"touch {mark}; cat")
    git(repo, "config", "diff.x.textconv", f"touch {mark}; cat")
    (repo / ".gitattributes").write_text("* filter=x diff=x\n")
    for hook in ("post-index-change", "pre-commit"):
        (repo / ".git/hooks" / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (repo / ".git/hooks" / hook).chmod(0o755)
    run = Run(repo, tmp_path / "s")
    assert await run.changes.begin() == ""
    (repo / "a.py").write_text("changed\n")
    assert await run.turn() is not None
    assert not mark.exists()


async def test_big_new_files_are_left_out(repo: Path, run: Run) -> None:
    with (repo / "big [1].bin").open("wb") as file:
        os.truncate(file.fileno(), 11_000_000)
    (repo / "small").write_text("x\n")
    told = await run.turn()
    assert told is not None
    assert [file.path for file in told.files] == ["small"]


async def test_repositories_inside_do_not_stop_it(repo: Path, run: Run) -> None:
    git(repo, "init", "-q", "empty")
    git(repo, "init", "-q", "full")
    git(repo / "full", "commit", "-q", "--allow-empty", "-m", "x")
    (repo / "small").write_text("x\n")
    told = await run.turn()
    assert told is not None
    assert "small" in [file.path for file in told.files]


async def test_a_merge_in_conflict_does_not_stop_it(repo: Path, tmp_path: Path) -> None:
    git(repo, "checkout", "-qb", "other")
    (repo / "a.py").write_text("other\n")
    git(repo, "commit", "-qam", "other")
    git(repo, "checkout", "-q", "-")
    (repo / "a.py").write_text("mine\n")
    git(repo, "commit", "-qam", "mine")
    with pytest.raises(subprocess.CalledProcessError):
        git(repo, "merge", "other")
    run = Run(repo, tmp_path / "s")
    assert await run.changes.begin() == ""
    (repo / "a.py").write_text("both\n")
    told = await run.turn()
    assert told is not None
    assert [file.path for file in told.files] == ["a.py"]
    assert "U" in git(repo, "status", "--porcelain")


async def test_a_look_that_was_stopped_does_not_stop_the_next_one(repo: Path, run: Run) -> None:
    (run.folder / "index.lock").write_text("")
    (repo / "small").write_text("x\n")
    assert await run.turn() is not None


async def test_without_git_the_reason_is_told(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    run = Run(repo, tmp_path / "s")
    assert "git is not installed" in await run.changes.begin()
    assert await run.turn() is None


def test_binary_files_count_no_lines() -> None:
    output = b":100644 100644 a b M\0x.bin\0-\t-\tx.bin\0"
    assert parse_changed_files(output) == (PatchedFile(path="x.bin", change="update"),)


async def test_nobody_else_may_look_into_the_snapshots(run: Run, tmp_path: Path) -> None:
    assert (tmp_path / "snapshots").stat().st_mode & 0o777 == 0o700
