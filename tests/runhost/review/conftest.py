import subprocess
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from mogplex_daemon.runhost.review.service import Review, review


class Repo:
    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str, ok: bool = True) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, text=True, check=False)
        assert not ok or done.returncode == 0, done.stderr
        return done.stdout

    def write(self, path: str, content: str | bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def stage(self, path: str, content: str | bytes) -> None:
        self.write(path, content)
        self.git("--literal-pathspecs", "add", "-f", "--", path)

    def commit(self, message: str = "work") -> None:
        self.git("commit", "-qm", message)

    def review(self, task: str = "review the staged diff") -> Review:
        return anyio.run(review, self.root, task)

    def found(self, check: str, task: str = "review the staged diff") -> list[str]:
        return [f"{one.place} {one.severity}" for one in self.review(task).findings if one.check == check]


@pytest.fixture
def make_repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Repo]:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def make(name: str) -> Repo:
        root = tmp_path / name
        root.mkdir()
        made = Repo(root)
        made.git("init", "-q", "-b", "main")
        made.git("config", "user.name", "A Person")
        made.git("config", "user.email", "person@example.com")
        return made

    return make


@pytest.fixture
def repo(make_repo: Callable[[str], Repo]) -> Repo:
    made = make_repo("repo")
    made.stage("README.md", "# Hello\n")
    made.commit("first")
    return made
