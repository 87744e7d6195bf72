import functools
from contextlib import suppress
from pathlib import Path

import anyio
import psutil
import pytest

from mogplex_daemon.runhost.review.git_process import GitFailed, GitMissing, GitOutput, run_git

from .conftest import Repo


def git(root: Path, *arguments: str, **options) -> GitOutput:
    return anyio.run(functools.partial(run_git, root, arguments, **options))


def test_output_above_the_limit_is_cut_and_not_a_failure(repo: Repo):
    repo.stage("a.txt", "line\n" * 100_000)
    output = git(repo.root, "cat-file", "blob", ":a.txt", limit=1_000).checked()
    assert (len(output.stdout), output.cut) == (1_000, True)


def test_a_hanging_git_is_killed_with_everything_it_started(repo: Repo):
    hang = "alias.hang=!echo $$ > started; exec sleep 600"
    with pytest.raises(GitFailed, match="took longer than 5 seconds"):
        git(repo.root, "-c", hang, "hang", timeout=5)
    started = int((repo.root / "started").read_text())
    with suppress(psutil.NoSuchProcess):
        psutil.Process(started).wait(60)  # the kernel takes a moment to end what was killed


def test_the_words_of_git_are_told_without_absolute_paths(repo: Repo):
    with pytest.raises(GitFailed) as refused:
        git(repo.root, "cat-file", "blob", "/absolute/name").checked()
    assert "/absolute" not in str(refused.value)
    assert "Not a valid object name" in str(refused.value)


def test_a_missing_git_has_its_own_error(repo: Repo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitMissing):
        git(repo.root, "status")
