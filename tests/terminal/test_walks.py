"""The main job with one hand: only the keyboard, only the mouse, and inside tmux."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_daemon.journal.reader import BadLine, read_events
from tests.support.terminal import Terminal

from .conftest import MOGPLEX, Desk, armed

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


def test_with_the_keyboard_alone(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(f"/run {TASK}\r")
        for target in DECIDED:
            terminal.wait_for(lambda screen, target=target: "APPROVALS" in screen and target in screen)
            terminal.wait_for(lambda _: armed(terminal))
            terminal.type("a")
        terminal.wait_for("✓ completed")
        terminal.type("/diff\r")
        terminal.wait_for("MOGPLEX_REPORT.md")
        terminal.type("\x1b")
        terminal.type("/cost\r")
        terminal.wait_for("nothing reported")
        terminal.type("\x1b")
        terminal.type("/help\r")
        terminal.wait_for("Quit")
        terminal.type("quit")
        terminal.wait_for(
            lambda screen: "▸ Quit" in screen or "Quit" in screen and "Start a Run" not in screen
        )
        terminal.type("\r")
        assert terminal.wait_for_end() == 0
        assert terminal.cooked
    assert decisions(desk) == ["approved"] * 3
    assert (desk.repository / "MOGPLEX_REPORT.md").exists()


def test_with_the_mouse_alone(desk: Desk):
    with desk.open("--harness", "demo", "--task", TASK) as terminal:
        for target in DECIDED:
            terminal.wait_for(lambda screen, target=target: "APPROVALS" in screen and target in screen)
            terminal.wait_for(lambda _: armed(terminal))
            click_footer(terminal, "a approve")
        terminal.wait_for("✓ completed")
        click(terminal, "2 ✓ forge", times=2)
        terminal.wait_for("PLAN")
        click_footer(terminal, "esc close")
        click_footer(terminal, "runs")
        terminal.wait_for("RUNS")
        click_footer(terminal, "esc close")
        click_footer(terminal, "help")
        terminal.wait_for("Open Diff")
        click(terminal, "Open Diff", times=2)
        terminal.wait_for("DIFF")
        click_footer(terminal, "close")
        click(terminal, "atlas")
        click_footer(terminal, "q quit")
        assert terminal.wait_for_end() == 0
    assert decisions(desk) == ["approved"] * 3
