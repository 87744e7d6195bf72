"""The main job with one hand: only the keyboard, only the mouse, and inside tmux."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_daemon.journal.reader import BadLine, read_events
from tests.support.terminal import Terminal

from .conftest import MOGPLEX, Desk, armed, decide, waits_for_a_key

TASK = "review the staged diff for regressions"
DECIDED = ("MOGPLEX_REPORT.md", "git diff --check", "review/")


def decisions(desk: Desk) -> list[str]:
    events = [event for event in read_events(desk.journal()) if not isinstance(event, BadLine)]
    return [event.decision for event in events if isinstance(event, ApprovalResolved) and event.by]


def click(terminal: Terminal, text: str, times: int = 1) -> None:
    """Click on a text, when it is shown."""
    terminal.wait_for(text)
    place = terminal.find(text)
    assert place is not None
    for _ in range(times):
        terminal.click(*place)


def click_footer(terminal: Terminal, text: str) -> None:
    """Click on a key of the footer, when it is taught."""
    terminal.wait_for(lambda screen: text in screen.splitlines()[-1])
    row = len(terminal.text.splitlines()) - 1
    terminal.click(row, terminal.text.splitlines()[-1].index(text))


def close_by_click(terminal: Terminal, taught: str) -> None:
    """Click a drawer away, when the footer teaches its keys, of which this is one."""
    terminal.wait_for(lambda screen: taught in screen.splitlines()[-1])
    click_footer(terminal, "esc close")
    terminal.wait_for(lambda screen: "esc close" not in screen)


def test_with_the_keyboard_alone(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(f"/run {TASK}\r")
        for target in DECIDED:
            decide(terminal, target, "a")
        terminal.wait_for("✓ completed")
        for command, heading in (("/diff", "DIFF"), ("/cost", "COST"), ("/runs", "RUNS")):
            terminal.type(f"{command}\r")
            terminal.wait_for(lambda screen, heading=heading: heading in screen and "esc close" in screen)
            terminal.type("\x1b")
            terminal.wait_for(lambda screen: "esc close" not in screen)
        terminal.type("/help\r")
        terminal.wait_for("Quit")
        terminal.type("quit")
        terminal.wait_for(
            lambda screen: "▸ Quit" in screen or ("Quit" in screen and "Start a Run" not in screen)
        )
        terminal.type("\r")
        assert terminal.wait_for_end() == 0
        assert terminal.cooked
    assert decisions(desk) == ["approved"] * 3
    assert (desk.repository / "MOGPLEX_REPORT.md").exists()


def test_with_the_mouse_alone(desk: Desk):
    with desk.open("--harness", "demo", "--task", TASK) as terminal:
        for target in DECIDED:
            terminal.wait_for(lambda _, target=target: waits_for_a_key(terminal, target))
            click_footer(terminal, "a approve")
        terminal.wait_for("✓ completed")
        click(terminal, "2 ✓ forge", times=2)
        terminal.wait_for("RESULT")
        close_by_click(terminal, "enter timeline")
        click_footer(terminal, "runs")
        terminal.wait_for("RUNS")
        close_by_click(terminal, "enter attach")
        click_footer(terminal, "help")
        click(terminal, "Open Diff", times=2)
        terminal.wait_for("DIFF")
        close_by_click(terminal, "w whole")
        click_footer(terminal, "help")
        click(terminal, "Quit", times=2)
        assert terminal.wait_for_end() == 0
    assert decisions(desk) == ["approved"] * 3


class Tmux:
    """A tmux server of its own, with one session, driven as a person drives it."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self._socket = folder / "tmux"
        self._env = {**os.environ, "MOGPLEX_HOME": str(desk.home.root), "TERM": "xterm-256color"}
        self._cwd = desk.repository

    def __call__(self, *words: str) -> str:
        """What tmux says."""
        command = ["tmux", "-f", "/dev/null", "-S", str(self._socket), *words]
        done = subprocess.run(
            command, env=self._env, cwd=self._cwd, check=True, capture_output=True, text=True, timeout=30
        )
        return done.stdout

    def client(self, *words: str, size: tuple[int, int]) -> Terminal:
        """A terminal that tmux shows itself in."""
        command = ["tmux", "-f", "/dev/null", "-S", str(self._socket), *words]
        return Terminal(command, python=sys.executable, env=self._env, cwd=self._cwd, size=size)


@pytest.fixture
def tmux(tmp_path: Path, desk: Desk) -> Iterator[Tmux]:
    assert shutil.which("tmux"), "tmux is missing: apt-get install tmux"
    tmux = Tmux(tmp_path, desk)
    yield tmux
    with suppress(subprocess.CalledProcessError):  # It leaves with its last session.
        tmux("kill-server")


def test_inside_tmux_a_run_goes_on_through_detach_attach_and_resize(desk: Desk, tmux: Tmux):
    start = " ".join((*MOGPLEX, "--harness", "demo"))
    with tmux.client("new-session", "-s", "work", start, size=(140, 40)) as terminal:
        terminal.wait_for("nominal")
        tmux("set-option", "-g", "focus-events", "on")
        terminal.type(f"/run {TASK}\r")
        terminal.wait_for(lambda screen: "APPROVALS" in screen and DECIDED[0] in screen)
        tmux("detach-client", "-s", "work")
        terminal.wait_for_end()
    with tmux.client("attach-session", "-t", "work", size=(80, 24)) as terminal:
        terminal.type("\x1bOQ")  # What came before this key was handled when its effect is shown.
        terminal.wait_for(lambda screen: "ctrl+o approvals" in screen and not armed(terminal))
        terminal.type("\x0f")
        terminal.wait_for(lambda _: armed(terminal))
        terminal.type("\x1b[O")
        terminal.wait_for(lambda _: not armed(terminal))
        terminal.type("\x1b[I")
        for target in DECIDED:
            terminal.wait_for(lambda screen, target=target: "APPROVALS" in screen and target in screen)
            terminal.wait_for(lambda _: armed(terminal))
            terminal.type("a")
        terminal.wait_for("✓ completed")
        terminal.type("/quit\r")
        terminal.wait_for_end()
    assert decisions(desk) == ["approved"] * 3
