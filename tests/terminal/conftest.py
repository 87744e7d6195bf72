import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mogplex_daemon.home.paths import Home
from mogplex_daemon.runs.catalog import list_runs
from tests.support.house import kill
from tests.support.repository import make_repository
from tests.support.terminal import Terminal

MOGPLEX = (sys.executable, "-P", "-m", "mogplex_cli")


@dataclass
class Desk:
    """A repository with something staged, a home folder, and as many terminals as are opened."""

    repository: Path
    home: Home

    def open(
        self, *arguments: str, size: tuple[int, int] = (140, 40), stdin: int | None = None, **more: str
    ) -> Terminal:
        """`mogplex` as a person starts it, in the repository."""
        env = {**os.environ, "MOGPLEX_HOME": str(self.home.root), **more}
        return Terminal(
            [*MOGPLEX, *arguments],
            python=sys.executable,
            env=env,
            cwd=self.repository,
            stdin=stdin,
            size=size,
        )

    def host_pid(self) -> int:
        """The process of the newest run's host."""
        pid = list_runs(self.home)[0].metadata.pid
        assert pid is not None
        return pid

    def journal(self) -> Path:
        """The newest run's journal."""
        return list_runs(self.home)[0].folder.journal


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(make_repository(tmp_path / "repo"), Home(tmp_path / "home"))
    yield desk
    put_away(desk)


def put_away(desk: Desk) -> None:
    """End the runs that live on."""
    for record in list_runs(desk.home):
        if record.alive and record.metadata.pid is not None:
            kill(record.metadata.pid)


def decide(terminal: Terminal, target: str, key: str) -> None:
    """Wait until the drawer shows this request and takes keys, then press one."""
    terminal.wait_for(lambda screen: "APPROVALS" in screen and target in screen)
    terminal.wait_for(lambda _: armed(terminal))
    terminal.type(key)


def armed(terminal: Terminal) -> bool:
    """Whether the drawer's keys act: until then the key looks as quiet as its word."""
    place = terminal.find("a approve")
    if place is None:
        return False
    row, column = place
    return terminal.colour(row, column) != terminal.colour(row, column + 2)
