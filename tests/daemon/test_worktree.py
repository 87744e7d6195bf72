import subprocess
from pathlib import Path

import pytest

from mogplex_daemon.home.paths import Home
from mogplex_daemon.journal.retention import delete_run
from mogplex_daemon.runs.worktree import WorktreeFailed, branch_of, holds_work, make_worktree, remove_worktree

RUN = "run_1"


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.run(RUN).root.mkdir(parents=True)
    return home


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "src").mkdir(parents=True)
    git(root, "init", "-q")
    (root / "src/a.py").write_text("a\n")
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    return root


@pytest.fixture
def tree(home: Home, repo: Path) -> Path:
    return make_worktree(home.worktree(RUN), repo, RUN)


def test_a_worktree_is_a_checkout_on_a_branch_of_the_run(repo: Path, tree: Path) -> None:
    assert (tree / "src/a.py").read_text() == "a\n"
    assert git(tree, "branch", "--show-current").strip() == branch_of(RUN)
    assert git(repo, "status", "--porcelain") == ""


def test_a_folder_below_the_top_is_the_same_folder_there(home: Home, repo: Path) -> None:
    assert make_worktree(home.worktree(RUN), repo / "src", RUN) == home.worktree(RUN) / "src"


def test_without_a_commit_there_is_none_and_it_says_why(home: Home, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "empty")
    with pytest.raises(WorktreeFailed, match=r"commit something there first"):
        make_worktree(home.worktree(RUN), tmp_path / "empty", RUN)
    with pytest.raises(WorktreeFailed, match=r"not a git repository"):
        make_worktree(home.worktree(RUN), tmp_path, RUN)


def test_a_clean_one_goes_with_its_run(home: Home, repo: Path, tree: Path) -> None:
    assert not holds_work(tree, RUN)
    assert delete_run(home.run(RUN))
    assert not tree.exists()
    assert not home.run(RUN).root.exists()
    assert branch_of(RUN) not in git(repo, "branch", "--list")


@pytest.mark.parametrize("work", ["changed", "new", "staged", "committed"])
def test_one_that_holds_work_stays_with_its_run(home: Home, repo: Path, tree: Path, work: str) -> None:
    file = tree / ("src/a.py" if work == "changed" else "b.py")
    file.write_text("work\n")
    if work in ("staged", "committed"):
        git(tree, "add", ".")
    if work == "committed":
        git(tree, "commit", "-qm", "work")
    assert not delete_run(home.run(RUN))
    assert file.read_text() == "work\n"
    assert home.run(RUN).root.exists()


def test_commits_that_were_merged_or_pushed_are_elsewhere(repo: Path, tree: Path, tmp_path: Path) -> None:
    (tree / "b.py").write_text("work\n")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "work")
    git(tmp_path, "init", "-q", "--bare", "remote")
    git(repo, "remote", "add", "origin", str(tmp_path / "remote"))
    assert holds_work(tree, RUN)
    git(tree, "push", "-q", "origin", "HEAD:work")
    assert not holds_work(tree, RUN)


def test_what_cannot_be_looked_at_stays(home: Home, repo: Path, tree: Path) -> None:
    (tree / ".git").write_text("gitdir: /nowhere\n")
    assert not remove_worktree(tree, RUN)
    assert tree.exists()


def test_looking_at_one_starts_no_program_of_it(home: Home, repo: Path, tree: Path, tmp_path: Path) -> None:
    git(tree, "config", "core.fsmonitor", f"touch {tmp_path / 'ran'}")
    assert not holds_work(tree, RUN)
    assert not (tmp_path / "ran").exists()
