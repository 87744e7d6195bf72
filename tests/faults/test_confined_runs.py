"""Whole runs: what they say of their sandbox, their diff, and the worktree they were given."""

import subprocess
from pathlib import Path

import pytest

from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.patch import WorkspaceDiff
from mogplex_contracts.events.run import RunStarted, RunStatusChanged
from tests.support.repository import git
from tests.support.run_host import Bench, Client

pytestmark = pytest.mark.anyio


async def approve_all(client: Client) -> None:
    while True:
        event = await client.until(ApprovalRequested, RunStatusChanged)
        if isinstance(event, RunStatusChanged):
            return
        await client.send_decision(event, approve=True)


async def test_a_run_tells_its_sandbox_first_and_its_diff_at_the_end(bench: Bench) -> None:
    async with bench.run() as host:
        await approve_all(host.client)
        await host.ended()
        (started,) = host.client.of(RunStarted)
        assert started.sandbox == "nominal"
        told = host.client.of(WorkspaceDiff)[-1]
    written = {file.path for file in told.files}
    untracked = git(bench.workspace, "ls-files", "--others").split()
    assert written == set(untracked)
    assert host.client.state.changes.diff == told.diff
    assert not host.folder.temporary.exists()


async def test_in_auto_mode_there_is_none_and_nothing_complains(bench: Bench) -> None:
    bench.mode = "auto"
    async with bench.run() as host:
        await approve_all(host.client)
        assert host.client.state.sandbox == "off"
        assert not [each for each in host.client.of(Diagnostic) if each.code.startswith("sandbox")]


async def test_a_partial_sandbox_is_told_with_its_reason(bench: Bench) -> None:
    bench.put_on_path("bwrap", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1")
    async with bench.run() as host:
        (told,) = [each for each in host.client.of(Diagnostic) if each.code == "sandbox_partial"]
        assert "No permissions to create new namespace" in told.message
        assert host.client.state.sandbox == "partial"


async def test_a_run_with_a_worktree_leaves_the_users_files_alone(bench: Bench) -> None:
    bench.write_home("config.toml", "[runs]\nworktree = true\n")
    before = git(bench.workspace, "status", "--porcelain")
    async with bench.run("run_tree") as host:
        place = bench.home.worktree("run_tree")
        assert host.client.state.cwd == str(place)
        assert host.client.state.branch == "mogplex/run_tree"
        await approve_all(host.client)
    assert git(bench.workspace, "status", "--porcelain") == before
    assert Path(place, "app.py").exists()


async def test_a_worktree_that_cannot_be_made_refuses_the_run_and_says_why(bench: Bench) -> None:
    bench.write_home("config.toml", "[runs]\nworktree = true\n")
    subprocess.run(["rm", "-rf", str(bench.workspace / ".git")], check=True)
    async with bench.host() as host:
        await host.client.send(host.client.hello, host.start)
        answer = await host.client.answer(host.start)
        assert "commit something there first" in answer.reason
