import functools
import os
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread
import psutil
import pytest

from mogplex_daemon.runhost.review.git_process import GitFailed, GitMissing, GitOutput, run_git
from tests.support.loop_time import let_an_hour_pass

from .conftest import Repo


def git(root: Path, *arguments: str, **options) -> GitOutput:
    return anyio.run(functools.partial(run_git, root, arguments, **options))


def test_output_above_the_limit_is_cut_and_not_a_failure(repo: Repo):
    repo.stage("a.txt", "line\n" * 100_000)
    output = git(repo.root, "cat-file", "blob", ":a.txt", limit=1_000).checked()
    assert (len(output.stdout), output.cut) == (1_000, True)


async def a_git_that_hangs(root: Path) -> int:
    """The process that it started, which was there when its time was over."""
    os.mkfifo(root / "started")
    pids: list[int] = []

    async def hear() -> None:
        pids.append(int(await anyio.to_thread.run_sync((root / "started").read_text)))
        let_an_hour_pass()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hear)
        with pytest.raises(GitFailed, match="took longer than 600 seconds"):
            hang = "alias.hang=!echo $$ > started; exec sleep 1000"
            await run_git(root, ("-c", hang, "hang"), timeout=600)
    return pids[0]


def test_a_hanging_git_is_killed_with_everything_it_started(repo: Repo):
    started = anyio.run(a_git_that_hangs, repo.root)
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
