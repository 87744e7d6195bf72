"""The main job with opencode as a person does it: keys in a real terminal, the real program, a model on loopback."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_daemon.home.paths import Home
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.runs.catalog import list_runs
from tests.agents.acp_world import opencode_world
from tests.agents.script import MAIN, Run, Say, WriteFile
from tests.agents.stage import SLEEP, listing, sleeping
from tests.support.terminal import Terminal
from tests.terminal.conftest import MOGPLEX, decide

NOTE = "put it elsewhere"


def test_a_person_supervises_opencode_from_the_first_key_to_the_kill(tmp_path: Path):
    workspace, home = tmp_path / "workspace", Home(tmp_path / "home")
    workspace.mkdir()
    subprocess.run(("git", "init", "-q", str(workspace)), check=True)
    slow = Run(f"echo it begins; sleep {SLEEP}")
    script = {
        MAIN: [
            [Say("I look."), Run("touch one")],
            [WriteFile("two.md", "no")],
            [slow],
            [Say("I take another course."), Run("touch three")],
        ]
    }
    with opencode_world(tmp_path, script) as world:
        theirs = listing(world.home)
        environ = {**os.environ, **world.environ, "MOGPLEX_HOME": str(home.root)}
        command = [*MOGPLEX, "--harness", "acp:opencode"]
        with Terminal(command, python=sys.executable, env=environ, cwd=workspace) as terminal:
            terminal.wait_for("nominal")
            terminal.type("/run tidy the folder\r")
            decide(terminal, "touch one", "a")
            decide(terminal, "two.md", "n")
            terminal.wait_for("say why")
            terminal.type(f"{NOTE}\r")
            decide(terminal, "echo it begins", "a")
            terminal.wait_for("│ it begins")
            terminal.type("\x1bOS")
            terminal.wait_for("esc composer")
            terminal.type("\r")
            terminal.wait_for("IN FLIGHT")
            terminal.type("x")
            terminal.wait_for("touch three")
            assert not sleeping()
            pid = list_runs(home)[0].metadata.pid
            assert pid is not None
            terminal.type("\x1b")
            terminal.type("\x1bOQ")
            terminal.wait_for("enter send")
            terminal.type("/kill\r")
            terminal.wait_for("killed")
            host = psutil.Process(pid) if psutil.pid_exists(pid) else None
            if host is not None:
                host.wait(20)
        assert listing(world.home) == theirs
        assert NOTE in world.heard()
    assert sorted(path.name for path in workspace.iterdir()) == [".git", "one"]
    events = list(read_events(list_runs(home)[0].folder.journal))
    decided = [event for event in events if isinstance(event, ApprovalResolved)]
    assert [(each.action, each.decision, each.note) for each in decided][:3] == [
        ("run_command", "approved", ""),
        ("apply_patch", "rejected", NOTE),
        ("run_command", "approved", ""),
    ]
