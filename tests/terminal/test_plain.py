"""`mogplex --plain`: in a pseudo-terminal as a person types, and in a pipe."""

import contextlib
import itertools
import os
import re
import subprocess
import sys
import threading
import time

import pytest

from mogplex_cli.cockpit.kit.double_tap import DOUBLE_TAP_SECONDS
from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.runs.catalog import list_runs
from tests.support.terminal import PATIENCE_SECONDS, NotShown, Terminal
from tests.terminal.conftest import MOGPLEX, Desk

ESCAPES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Piped:
    """`mogplex --plain` with pipes on all sides, read as far as a text."""

    def __init__(self, desk: Desk, *arguments: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [*MOGPLEX, "--plain", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=desk.repository,
            env={**os.environ, "MOGPLEX_HOME": str(desk.home.root), **env},
        )
        self.said = b""

    def __enter__(self) -> "Piped":
        self._watchdog = threading.Timer(500, self.process.kill)
        self._watchdog.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.cancel()
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                stream.close()

    def until(self, text: str) -> str:
        """Read lines until one holds the text; that line."""
        while line := self.process.stdout.readline():
            self.said += line
            if text in line.decode():
                return line.decode()
        raise AssertionError(f"never said: {text}\n{self.said.decode()}")

    def type(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def end(self) -> str:
        """Close stdin; the last line, once it has left with 0."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        self.said += rest
        assert self.process.wait(PATIENCE_SECONDS) == 0
        return self.said.decode().splitlines()[-1]


def decisions(desk: Desk) -> list[str]:
    return [event.decision for event in read_events(desk.journal()) if isinstance(event, ApprovalResolved)]


@pytest.fixture
def piped(desk: Desk):
    with Piped(desk, "--harness", "demo", MOGPLEX_TRANSPORT="process") as it:
        yield it


def test_the_main_job_by_lines(desk: Desk, piped: Piped):
    piped.type("/run review the staged diff for regressions")
    piped.until("answer question 1: a 1 approves")
    assert b"  | +# Mogplex report" in piped.said
    piped.type("a 1")
    piped.until("answer question 2: ")
    piped.type("r 2 not today")
    piped.until("answer question 3: ")
    piped.type("approve 3")
    piped.until("run: completed")
    assert piped.end().startswith(("sage", "run", "  "))
    assert decisions(desk) == ["approved", "rejected", "approved"]
    assert (desk.repository / "MOGPLEX_REPORT.md").exists()
    assert not ESCAPES.search(piped.said)


def test_an_answer_must_name_a_question_that_was_asked(desk: Desk, piped: Piped):
    piped.type("a 1")
    piped.until("there is no question 1 · nothing was decided")
    piped.type("/run review the staged diff")
    piped.until("answer question 1: ")
    for line, said in (
        ("a", "which question?"),
        ("a 2", "there is no question 2"),
        ("a 1 and all others", "nothing was approved"),
    ):
        piped.type(line)
        piped.until(said)
    assert decisions(desk) == []
    piped.type("a 1")
    piped.until("answer question 2: ")
    piped.type("a 1")
    piped.until("question 1 does not wait any more · nothing was decided")
    assert decisions(desk) == ["approved"]


def test_the_end_of_stdin_leaves_and_the_run_goes_on(desk: Desk, piped: Piped):
    piped.type("/run review the staged diff")
    last = piped.end()
    (record,) = list_runs(desk.home)
    run_id = record.metadata.run_id
    assert last == f"run {run_id} goes on · mogplex --attach {run_id} · mogplex-daemon kill {run_id}"
    assert record.alive


def test_a_script_of_lines_can_be_a_file(desk: Desk, tmp_path):
    script = tmp_path / "lines"
    script.write_text("/help\n\n/rnu")
    with script.open() as stdin:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "mogplex_cli", "--plain", "--harness", "demo"],
            stdin=stdin,
            capture_output=True,
            text=True,
            cwd=desk.repository,
            env={**os.environ, "MOGPLEX_HOME": str(desk.home.root), "MOGPLEX_TRANSPORT": "process"},
        )
    assert done.returncode == 0
    assert "  /run <task> · start a run with a task" in done.stdout
    assert "no run · permissions approval" in done.stdout
    assert "not sent: /rnu is no command · did you mean /run?" in done.stdout


def test_at_a_terminal_lines_are_typed_and_ctrl_d_leaves(desk: Desk):
    with desk.open("--plain", "--harness", "demo", size=(140, 60)) as terminal:
        terminal.wait_for("ctrl+d leaves")
        terminal.type("/permissions auto\r")
        terminal.wait_for("warning: the next run does everything without asking")
        terminal.type("\x04")
        assert terminal.wait_for_end() == 0


def leave_by_ctrl_c(terminal: Terminal) -> None:
    """Noted once, and twice leaves. Only one that comes too late behind the one before is a first one again."""
    before = float("-inf")
    for times in itertools.count(1):
        pressed = time.monotonic()
        terminal.type("\x03")
        try:
            terminal.wait_for(lambda screen, times=times: screen.count("[soft-interrupt]") == times)
        except NotShown:
            assert times > 1, terminal.text
            return
        assert time.monotonic() - before > DOUBLE_TAP_SECONDS
        before = pressed


def test_ctrl_c_is_noted_and_twice_leaves(desk: Desk):
    with desk.open("--plain", "--harness", "demo") as terminal:
        terminal.wait_for("ctrl+d leaves")
        leave_by_ctrl_c(terminal)
        assert terminal.wait_for_end() == 0


def test_it_works_over_the_daemon(desk: Desk):
    with Piped(desk, "--harness", "demo", MOGPLEX_TRANSPORT="process") as first:
        first.type("/run review the staged diff")
        first.until("answer question 1: ")
        run_id = first.end().split()[1]
    with Piped(desk, "--attach", run_id) as second:
        try:
            second.until("answer question 1: ")
            second.type("a 1")
            second.until("answer question 2: ")
            second.end()
        finally:
            subprocess.run(
                [sys.executable, "-m", "mogplex_daemon", "stop"],
                env={**os.environ, "MOGPLEX_HOME": str(desk.home.root)},
                capture_output=True,
            )
    assert decisions(desk) == ["approved"]
