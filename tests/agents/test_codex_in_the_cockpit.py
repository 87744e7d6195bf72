"""The main job with codex as a person does it: keys in a real terminal, the real program, a model on loopback."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_contracts.events.model import ModelChanged
from mogplex_daemon.home.paths import Home
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.runs.catalog import list_runs
from tests.agents.codex_world import codex_world
from tests.agents.script import MAIN, Run, Say, WriteFile
from tests.agents.stage import SLEEP, listing, sleeping
from tests.support.terminal import Terminal
from tests.terminal.conftest import MOGPLEX, decide

NOTE = "put it into the workspace"


def test_a_person_supervises_codex_from_the_first_key_to_the_kill(tmp_path: Path):
    workspace, outside, home = tmp_path / "workspace", tmp_path / "outside", Home(tmp_path / "home")
    for folder in (workspace, outside):
        folder.mkdir()
    subprocess.run(("git", "init", "-q", str(workspace)), check=True)
    slow = Run(f"echo it begins; sleep {SLEEP}")
    script = {
        MAIN: [
            [Say("I look."), Run(f"touch {outside}/one", asks=True)],
            [WriteFile(f"{outside}/two", "no")],
            [slow],
            [Say("I take another course."), slow],
        ]
    }
    with codex_world(tmp_path, script) as world:
        theirs = listing(world.home)
        environ = {**os.environ, **world.environ, "MOGPLEX_HOME": str(home.root)}
        environ.pop("CODEX_HOME", None)
        command = [*MOGPLEX, "--harness", "codex"]
        with Terminal(command, python=sys.executable, env=environ, cwd=workspace) as terminal:
            terminal.wait_for("nominal")
            terminal.type("/run greet people\r")
            decide(terminal, "outside/one", "a")
            terminal.wait_for("press a again")
            terminal.type("a")
            decide(terminal, "outside/two", "n")
            terminal.wait_for("say why")
            terminal.type(f"{NOTE}\r")
            terminal.wait_for("it begins")
            terminal.type("/model fake-2\r")
            decide(terminal, "change_model", "a")
            terminal.wait_for("chosen by a person")
            terminal.type("\x1bOS")
            terminal.wait_for("esc composer")
            terminal.type("\r")
            terminal.wait_for("IN FLIGHT")
            terminal.type("x")
            terminal.wait_for("soft interrupt")
            terminal.wait_for(lambda _: len(world.models()) == 4)
            terminal.type("\x1b")
            terminal.wait_for("I take another course.")
            terminal.wait_for("esc composer")
            pid = list_runs(home)[0].metadata.pid
            assert pid is not None
            terminal.type("\x1bOQ")
            terminal.wait_for("enter send")
            terminal.type("/kill\r")
            terminal.wait_for("killed")
            host = psutil.Process(pid) if psutil.pid_exists(pid) else None
            if host is not None:
                host.wait(20)
        assert not sleeping()
        assert listing(world.home) == theirs
        assert [path.name for path in outside.iterdir()] == ["one"]
        assert world.models() == ["fake-1", "fake-1", "fake-1", "fake-2"]
        assert NOTE in world.heard()
    events = list(read_events(list_runs(home)[0].folder.journal))
    decided = [event for event in events if isinstance(event, ApprovalResolved)]
    assert [(each.action, each.decision, each.note) for each in decided] == [
        ("run_command", "approved", ""),
        ("apply_patch", "rejected", NOTE),
        ("change_model", "approved", ""),
    ]
    assert [event.to for event in events if isinstance(event, ModelChanged)] == ["fake-2"]
