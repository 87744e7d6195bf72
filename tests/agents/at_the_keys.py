"""A person at the keys of a real terminal, with a real agent behind it: what is done the same with every agent."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_contracts.events.model import ModelChanged
from mogplex_daemon.home.paths import Home
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.runs.catalog import list_runs
from tests.agents.agent_under_test import World
from tests.agents.stage import SLEEP, left_behind, listing, sleeping
from tests.support.terminal import Terminal
from tests.terminal.conftest import MOGPLEX, decide

BEGINS = "begins"
"""A pipe in the workspace, through which the slow command says that it runs."""
SLOW = f"echo it begins | tee {BEGINS}; exec sleep {SLEEP}"
F2, F4, ESCAPE = "\x1bOQ", "\x1bOS", "\x1b"


@dataclass
class Person:
    """Who supervises one run."""

    terminal: Terminal
    workspace: Path
    home: Home

    def starts(self, task: str) -> None:
        """Start a run."""
        self.terminal.wait_for("nominal")
        self.terminal.type(f"/run {task}\r")

    def approves(self, target: str, *, twice: bool = False) -> None:
        """Approve what is asked; what is dangerous wants the key twice."""
        decide(self.terminal, target, "a")
        if twice:
            self.terminal.wait_for("press a again")
            self.terminal.type("a")

    def rejects(self, target: str, note: str) -> None:
        """Reject what is asked, and say why."""
        decide(self.terminal, target, "n")
        self.terminal.wait_for("enter rejects")
        self.terminal.type(f"{note}\r")

    def waits_for_the_slow_command(self) -> None:
        """It says so itself, also when its agent does not."""
        assert self.terminal.read_pipe(self.workspace / BEGINS) == "it begins\n"

    def switches_model(self, model: str) -> None:
        """Choose another model, and approve that. What is typed before the queue is left would be keys of it."""
        self.terminal.wait_for("enter send")
        self.terminal.type(f"/model {model}\r")
        decide(self.terminal, "change_model", "a")
        self.terminal.wait_for("chosen by a person")

    def interrupts(self) -> None:
        """Stop what the first agent does."""
        self.terminal.wait_for("enter send")
        self.terminal.type(F4)
        self.terminal.wait_for("esc composer")
        self.terminal.type("\r")
        self.terminal.wait_for("IN FLIGHT")
        self.terminal.type("x")

    def kills(self) -> None:
        """End the run, and see its host leave. A cockpit whose terminal nobody reads may not come to send it."""
        pid = list_runs(self.home)[0].metadata.pid
        assert pid is not None
        host = os.pidfd_open(pid)
        try:
            self.terminal.type(F2)
            self.terminal.wait_for("enter send")
            self.terminal.type("/kill\r")
            self.terminal.wait_for("killed")
            self.terminal.draw_until_readable(host)
        finally:
            os.close(host)

    @property
    def events(self) -> list[Event]:
        """What the journal holds."""
        return list(read_events(list_runs(self.home)[0].folder.journal))

    @property
    def decided(self) -> list[tuple[str, str, str]]:
        """Action, decision and note of every approval."""
        resolved = [event for event in self.events if isinstance(event, ApprovalResolved)]
        return [(each.action, each.decision, each.note) for each in resolved]

    @property
    def chosen(self) -> list[str]:
        """The models that were switched to."""
        return [event.to for event in self.events if isinstance(event, ModelChanged)]


@contextmanager
def at_the_keys(root: Path, world: World, harness: str) -> Iterator[Person]:
    """A person before an empty repository. Nothing of what is done there runs on, or changes a file of theirs."""
    workspace, home, theirs = root / "workspace", Home(root / "home"), Path(world.environ["HOME"])
    workspace.mkdir()
    subprocess.run(("git", "init", "-q", str(workspace)), check=True)
    os.mkfifo(workspace / BEGINS)
    before = listing(theirs)
    environ = {**os.environ, **world.environ, "MOGPLEX_HOME": str(home.root)}
    environ.pop("CODEX_HOME", None)
    command = [*MOGPLEX, "--harness", harness]
    with Terminal(command, python=sys.executable, env=environ, cwd=workspace) as terminal:
        yield Person(terminal, workspace, home)
    assert not sleeping()
    assert left_behind(root) == []
    assert listing(theirs) == before
