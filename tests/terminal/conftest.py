import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mogplex_cli.cockpit.drawers.approval_text import DECIDING
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
    """Wait until the drawer's cursor is on this request and a key would decide it, then press one.

    `target`: what its row shows of it, which may be cut in the middle.
    """
    terminal.wait_for(lambda _: waits_for_a_key(terminal, target))
    terminal.type(key)


def waits_for_a_key(terminal: Terminal, target: str) -> bool:
    """Whether the queue's cursor is on this request, and a key would decide it.

    Heading and rows are one picture. Looked at apart they could be of two: the keys still lit for the request before,
    whose target may be anywhere on the screen, while the key comes to the next one and is swallowed.
    """
    place = terminal.find(" APPROVALS  ")
    if place is None or not armed(terminal):
        return False
    row, left = place
    rows = (line[left:] for line in terminal.screen.display[row + 1 :])
    selected = next((line for line in rows if line.startswith(" ▸ ")), "")
    return target in selected and not any(word in selected for word in DECIDING.values())


def armed(terminal: Terminal) -> bool:
    """Whether the keys in the drawer's heading act: until then the key looks as quiet as its word."""
    place = terminal.find("a approve")
    if place is None or place[0] == terminal.screen.lines - 1:
        return False  # The footer teaches it, whether it acts or not.
    row, column = place
    return terminal.colour(row, column) != terminal.colour(row, column + 2)
