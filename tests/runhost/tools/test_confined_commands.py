import os
from pathlib import Path

import anyio
import psutil
import pytest

from mogplex_daemon.runhost.processes import ProcessRunner
from mogplex_daemon.runhost.sandbox.bubblewrap import Bubblewrap
from mogplex_daemon.runhost.sandbox.landlock import Landlock
from mogplex_daemon.runhost.sandbox.level import Method, Sandbox
from mogplex_daemon.runhost.sandbox.policy import sandbox_rules
from mogplex_daemon.runhost.tools.registry import make_tools
from mogplex_daemon.runhost.tools.services import ToolServices
from mogplex_daemon.runhost.workspace import Workspace
from tests.runhost.tools.conftest import Bench

pytestmark = pytest.mark.anyio


def confine(bench: Bench, method: Method | None) -> None:
    temporary = bench.root.parent / "tmp"
    temporary.mkdir()
    home = bench.root.parent / "home"
    sandbox = Sandbox(sandbox_rules(bench.root, temporary, home / ".mogplex", {"HOME": str(home)}), method)
    services = ToolServices(
        run_id="run_1",
        workspace=Workspace(bench.root),
        gate=bench.gate,
        report=bench,
        memory=bench.memory,
        processes=ProcessRunner(),
        sandbox=sandbox,
    )
    bench.tools = {tool.name: tool for tool in make_tools(services)}


@pytest.mark.parametrize("method", [Bubblewrap(), Landlock()], ids=["bubblewrap", "landlock"])
async def test_a_command_writes_in_the_workspace_and_not_beside_it(bench: Bench, method: Method) -> None:
    confine(bench, method)
    await bench.call("run_command", command=f"echo in > a; echo out > {bench.root.parent}/b")
    assert (bench.root / "a").read_text() == "in\n"
    assert not (bench.root.parent / "b").exists()
    (request,) = bench.asked
    assert (request.ask_because, request.risk) == ("", None)


async def test_without_a_sandbox_a_person_is_asked_and_the_command_then_runs(bench: Bench) -> None:
    confine(bench, None)
    result = await bench.call("run_command", command=f"echo out > {bench.root.parent}/b")
    (request,) = bench.asked
    assert (request.ask_because, request.risk) == (
        "not confined: there is no sandbox on this machine",
        "high",
    )
    assert result.outcome == "ok"
    assert (bench.root.parent / "b").exists()


async def test_without_a_sandbox_and_without_a_yes_nothing_runs(bench: Bench) -> None:
    confine(bench, None)
    bench.deny()
    assert (await bench.call("run_command", command="echo x > a")).outcome == "denied"
    assert not (bench.root / "a").exists()


async def test_an_agent_may_ask_to_run_outside(bench: Bench) -> None:
    confine(bench, Bubblewrap())
    await bench.call("run_command", command=f"echo out > {bench.root.parent}/b", outside_sandbox=True)
    (request,) = bench.asked
    assert "asks to run this outside the sandbox" in request.ask_because
    assert request.risk == "high"
    assert (bench.root.parent / "b").exists()


async def test_a_hook_in_a_new_repository_is_told_to_the_agent(bench: Bench) -> None:
    confine(bench, Bubblewrap())
    result = await bench.call("run_command", command="git init -q . && echo x > .git/hooks/pre-commit")
    assert "pre-commit.not-trusted" in result.text
    assert not (bench.root / ".git/hooks/pre-commit").exists()


async def test_nothing_of_a_confined_command_is_left_behind(bench: Bench) -> None:
    confine(bench, Bubblewrap())
    mark = f"3141.{os.getpid()}"
    await bench.call("run_command", command=f"(setsid sleep {mark} &) ; (sleep {mark} &) ; echo done")
    assert not [each for each in psutil.process_iter() if mark in _words(each)]


async def test_a_confined_command_that_is_stopped_leaves_nothing(bench: Bench) -> None:
    confine(bench, Bubblewrap())
    mark = f"2718.{os.getpid()}"
    result = await bench.call("run_command", command=f"setsid sleep {mark} & sleep {mark}", timeout=0.5)
    assert "stopped after 0.5 s" in result.text
    assert not [each for each in psutil.process_iter() if mark in _words(each)]


async def test_a_confined_command_that_is_cancelled_leaves_nothing(bench: Bench) -> None:
    confine(bench, Bubblewrap())
    mark = f"1618.{os.getpid()}"
    heard = anyio.Event()
    bench.output = _Heard(heard)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: bench.call("run_command", command=f"echo go; sleep {mark}"))
        await heard.wait()
        tasks.cancel_scope.cancel()
    assert not [each for each in psutil.process_iter() if mark in _words(each)]


async def test_a_sandbox_that_went_away_starts_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    confine(bench, Bubblewrap())
    monkeypatch.setenv("PATH", str(tmp_path))
    result = await bench.call("run_command", command="echo x > a")
    assert (result.outcome, "bwrap is not installed" in result.text) == ("error", True)
    assert not (bench.root / "a").exists()


class _Heard(list[str]):
    def __init__(self, event: anyio.Event) -> None:
        super().__init__()
        self.event = event

    def append(self, text: str) -> None:
        super().append(text)
        self.event.set()


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
