"""The main job as a person does it: `mogplex` in a real pseudo-terminal, the keyboard, a real repository."""

import json
import os
import signal

import psutil
import pytest

from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.reduce import replay
from mogplex_contracts.state.digest import digest
from mogplex_daemon.journal.reader import BadLine, read_events
from tests.support.terminal import PATIENCE_SECONDS
from tests.terminal.conftest import Desk, decide

RUN = "/run review the staged diff for regressions\r"
REPORT = "MOGPLEX_REPORT.md"


def events_of(desk: Desk):
    events = list(read_events(desk.journal()))
    assert not [event for event in events if isinstance(event, BadLine)]
    return events


def test_approving_everything_leaves_a_report_with_true_findings(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        decide(terminal, f"apply_patch  {REPORT}", "a")
        decide(terminal, "git diff --check", "a")
        decide(terminal, "write_memory", "a")
        terminal.wait_for("✓ completed")
        terminal.type("\x03\x03")
        assert terminal.wait_for_end() == 0
    report = (desk.repository / REPORT).read_text()
    assert "`app.py:2`" in report
    decisions = [event.decision for event in events_of(desk) if isinstance(event, ApprovalResolved)]
    assert decisions == ["approved"] * 3


def test_the_journal_reduces_to_the_state_the_cockpit_showed(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        for target in (f"apply_patch  {REPORT}", "git diff --check", "write_memory"):
            decide(terminal, target, "a")
        terminal.wait_for("✓ completed")
        terminal.type("/quit\r")
        assert terminal.wait_for_end() == 0
    (log,) = (desk.home.root / "logs").glob("ses_*.jsonl")
    shown = next(line for line in map(json.loads, log.read_text().splitlines()) if line["event"] == "state")
    state = replay(events_of(desk))
    assert (shown["seq"], shown["digest"]) == (state.last_seq, digest(state))


def test_rejecting_everything_writes_nothing(desk: Desk):
    before = sorted(path.name for path in desk.repository.iterdir())
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        for target in (f"apply_patch  {REPORT}", "git diff --check", "write_memory"):
            decide(terminal, target, "r")
        terminal.wait_for("✓ completed")
        terminal.wait_for("Nothing was remembered")
    assert sorted(path.name for path in desk.repository.iterdir()) == before
    assert {e.decision for e in events_of(desk) if isinstance(e, ApprovalResolved)} == {"rejected"}


def test_auto_mode_never_asks(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type("/permissions auto\r")
        terminal.wait_for("perms auto")
        terminal.type(RUN)
        terminal.wait_for("✓ completed")
    assert (desk.repository / REPORT).exists()
    assert not [event for event in events_of(desk) if isinstance(event, ApprovalRequested)]


def test_a_deny_rule_rejects_without_asking_and_the_timeline_says_which_rule_of_which_file(desk: Desk):
    desk.home.root.mkdir(parents=True)
    rules = {"version": 1, "rules": {"deny": ["write:MOGPLEX_*"], "allow": ["bash:git diff *", "memory:*"]}}
    desk.home.permissions.write_text(json.dumps(rules))
    with desk.open("--harness", "demo", size=(200, 60)) as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        terminal.wait_for("✓ completed")
        terminal.wait_for("auto rejected")
        terminal.wait_for("│ write:MOGPLEX_* is deny · global · /")
    assert not (desk.repository / REPORT).exists()


def test_a_killed_cockpit_leaves_a_host_that_waits_and_a_whole_journal(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        terminal.wait_for("APPROVALS")
        host = psutil.Process(desk.host_pid())
        os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.process.wait(PATIENCE_SECONDS)
    assert host.is_running()
    state = replay(events_of(desk))
    assert (state.status, len(state.approvals.pending)) == ("running", 1)


def test_a_killed_host_is_told_on_the_screen_and_loses_nothing(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        terminal.wait_for("APPROVALS")
        os.kill(desk.host_pid(), signal.SIGKILL)
        terminal.wait_for("offline")
        terminal.wait_for("killed by signal 9")
    state = replay(events_of(desk))
    assert state.missing == 0
    assert len(state.approvals.pending) == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("permissions.json", '{"version": 1,\n "rules": {,}}', "permissions.json:2"),
        ("config.toml", "[runs]\nkeep = = 3\n", "config.toml"),
        ("config.toml", "[runs]\nkepp = 3\n", "runs.kepp"),
    ],
)
def test_a_malformed_file_is_named_and_nothing_is_allowed_by_it(
    desk: Desk, name: str, content: str, told: str
):
    desk.home.root.mkdir(parents=True)
    (desk.home.root / name).write_text(content)
    with desk.open("--harness", "demo", size=(200, 40)) as terminal:
        terminal.wait_for(told)
        assert "Traceback" not in terminal.text
        terminal.type(RUN)
        terminal.wait_for("APPROVALS")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_it_is_usable_at_any_size(desk: Desk, size: tuple[int, int]):
    with desk.open("--harness", "demo", size=size) as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        decide(terminal, REPORT, "a")
        decide(terminal, "git diff --check", "r")
        decide(terminal, "write_memory", "r")
        terminal.wait_for("✓ completed")


def test_sigterm_leaves_cleanly_and_says_that_the_run_goes_on(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        terminal.wait_for("APPROVALS")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 0
        assert "goes on · mogplex --attach" in terminal.text


def test_a_folder_without_git_is_worked_in_too(desk: Desk, tmp_path):
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "notes.txt").write_text("hello\n")
    desk.repository = bare
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        decide(terminal, f"apply_patch  {REPORT}", "a")
        decide(terminal, "write_memory", "a")
        terminal.wait_for("✓ completed")
    assert "not a git repository" in (bare / REPORT).read_text()
