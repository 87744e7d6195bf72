"""A whole run over the wire, with the real host process and the demo on a real repository."""

import json
import os
import re
import signal
import time

import pytest

from mogplex_contracts.commands.run import RunKill, RunMessage, RunPause, RunResume
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.memory import ContextLoaded
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.run import RunStarted, RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce.evolve import evolve
from tests.support.repository import git
from tests.support.run_host import Bench, without_live

pytestmark = pytest.mark.anyio


async def test_a_run_whose_every_wish_is_approved_leaves_its_work(bench: Bench):
    async with bench.run() as host:
        asked = await host.client.to_the_end(lambda request: True)
        assert await host.ended() == 0
    assert [request.action for request in asked] == ["apply_patch", "run_command", "write_memory"]
    assert "app.py:2" in (bench.workspace / "MOGPLEX_REPORT.md").read_text()
    assert host.client.state.status == "completed"
    assert host.client.state.memory.writes == 1
    assert without_live(host.client.state) == host.replayed()
    assert host.client.journaled == host.journal_lines()
    assert not host.socket.exists()
    assert host.errors.read_text() == ""


async def test_a_run_whose_every_wish_is_rejected_leaves_no_trace(bench: Bench):
    before = git(bench.workspace, "status", "--porcelain")
    async with bench.run() as host:
        asked = await host.client.to_the_end(lambda request: False)
        assert await host.ended() == 0
    assert len(asked) >= 2
    assert {event.decision for event in host.client.of(ApprovalResolved)} == {"rejected"}
    assert git(bench.workspace, "status", "--porcelain") == before
    assert host.client.state.memory.writes == 0


async def test_in_auto_mode_nobody_is_asked(bench: Bench):
    bench.mode = "auto"
    async with bench.run() as host:
        assert await host.client.to_the_end(lambda request: False) == []
    assert host.client.state.approvals.counts == {"auto_approved": 3}
    assert (bench.workspace / "MOGPLEX_REPORT.md").exists()


async def test_a_deny_rule_rejects_unasked_and_names_rule_and_file(bench: Bench):
    rules = bench.write_home(
        "permissions.json", json.dumps({"version": 1, "rules": {"deny": ["bash:git *"]}})
    )
    async with bench.run() as host:
        asked = await host.client.to_the_end(lambda request: True)
    assert [request.action for request in asked] == ["apply_patch", "write_memory"]
    denied = host.client.state.approvals.resolved[1]
    assert (denied.decision, denied.why.rule, denied.why.origin) == (
        "auto_rejected",
        "bash:git *",
        str(rules),
    )
    (entry,) = [entry for entry in host.client.state.timeline.entries() if entry.ref == denied.approval_id]
    assert entry.status == "denied"
    assert "bash:git *" in entry.detail
    assert str(rules) in entry.detail


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("permissions.json", "{"),
        ("permissions.json", '{"version": 1, "mode": "auto", "rules": {"allow": [7]}}'),
        ("config.toml", "[runs\n"),
        ("config.toml", "[approvals.timeout]\nhigh = inf\n"),
    ],
)
async def test_a_malformed_file_is_named_and_widens_nothing(bench: Bench, name: str, content: str):
    path = bench.write_home(name, content)
    async with bench.run() as host:
        asked = await host.client.to_the_end(lambda request: False)
    (error,) = host.client.of(Error)
    assert str(path) in error.message
    assert "Traceback" not in error.message
    assert {"run_command", "write_memory"} <= {request.action for request in asked}
    assert set(host.client.state.approvals.counts) == {"rejected"}


async def test_an_unanswered_approval_expires_when_the_settings_say_so(bench: Bench):
    bench.write_home("config.toml", "[approvals.timeout]\nlow = 0.01\nmedium = 0.01\nhigh = 0.01\n")
    async with bench.run() as host:
        await host.client.until_gone()
    assert set(host.client.state.approvals.counts) == {"expired"}
    assert not (bench.workspace / "MOGPLEX_REPORT.md").exists()


async def test_a_paused_run_stands_still_until_it_is_resumed(bench: Bench):
    async with bench.run() as host:
        client = host.client
        # While it waits: an agent that had come so far only now would wait for a person, and not at a safe point.
        request = await client.until(ApprovalRequested)
        assert isinstance(await client.ask(RunPause()), CommandAccepted)
        assert isinstance(await client.ask(RunPause()), CommandRejected)
        assert isinstance(await client.decide(request, approve=True), CommandAccepted)
        paused = await client.until_status("paused")
        assert paused.by.label == "ada"
        assert isinstance(await client.ask(RunMessage(text="and the tests?")), CommandAccepted)
        since = client.events[client.events.index(paused) + 1 :]
        assert [event.type for event in since if event.seq is not None] == ["user_message"]
        assert isinstance(await client.ask(RunResume()), CommandAccepted)
        await client.until_status("running")
        assert isinstance(await client.ask(RunResume()), CommandRejected)
        await client.to_the_end(lambda request: True)
    assert client.state.status == "completed"
    assert client.of(UserMessage)[0].by.label == "ada"


@pytest.mark.parametrize("paused", [False, True])
async def test_a_killed_run_says_who_killed_it(bench: Bench, paused: bool):
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested)
        if paused:
            await host.client.ask(RunPause())
            await host.client.decide(request, approve=True)
            await host.client.until_status("paused")
        assert isinstance(await host.client.ask(RunKill()), CommandAccepted)
        await host.client.until_gone()
        assert await host.ended() == 1
    last = host.journal()[-1]
    assert isinstance(last, RunStatusChanged)
    assert (last.status, last.reason, last.by.label) == ("killed", "operator", "ada")
    assert host.client.state.approvals.pending == {}
    assert host.client.journaled == host.journal_lines()


async def test_sigterm_ends_the_run_in_good_order(bench: Bench):
    async with bench.run() as host:
        await host.client.until(ApprovalRequested)
        host.process.send_signal(signal.SIGTERM)
        await host.client.until_gone()
        assert await host.ended() == 1
        assert (host.client.state.status, host.client.state.status_reason) == ("killed", "sigterm")
        assert not host.socket.exists()
        assert not host.is_locked()
    assert host.client.journaled == host.journal_lines()
    assert json.loads(host.folder.metadata.read_text())["status"] == "killed"


async def test_sighup_changes_nothing(bench: Bench):
    async with bench.run() as host:
        await host.client.until(ApprovalRequested)
        host.process.send_signal(signal.SIGHUP)
        request = host.client.of(ApprovalRequested)[0]
        assert isinstance(await host.client.decide(request, approve=True), CommandAccepted)
        await host.client.to_the_end(lambda request: True)
        assert await host.ended() == 0


async def test_a_command_and_all_it_started_end_with_the_run(bench: Bench):
    seconds = f"1000.{os.getpid()}{time.monotonic_ns()}"
    bench.put_on_path("git", CLINGING_GIT.replace("{seconds}", seconds))
    async with bench.run() as host:
        client = host.client
        while (await client.until(ApprovalRequested)).action != "run_command":
            await client.decide(client.of(ApprovalRequested)[-1], approve=True)
        await client.send_decision(client.of(ApprovalRequested)[-1], approve=True)
        printed = ""
        while len(re.findall(r"(?:first|second) \d+\n", printed)) < 2:
            printed += (await client.until(ToolOutput)).text
        await client.ask(RunKill())
        await client.until_gone()
        await host.ended()
        # By their words, not by the ids they printed: in a sandbox these are its own.
        assert bench.processes_with(seconds) == []
    assert client.state.status == "killed"


async def test_a_git_that_hangs_delays_the_end_and_no_more(bench: Bench):
    bench.mode = "auto"
    async with bench.run() as host:
        await host.client.until(ToolStarted)
        bench.put_on_path("git", HANGING_GIT)
        await host.client.ask(RunKill())
        await host.client.until_gone()
        assert await host.ended() == 1
    assert host.client.state.status == "killed"


async def test_the_folder_may_be_no_repository(bench: Bench):
    plain = bench.workspace.parent / "plain"
    plain.mkdir()
    (plain / "a.txt").write_text("one\n")
    bench.workspace = plain
    async with bench.run() as host:
        await host.client.to_the_end(lambda request: True)
        assert await host.ended() == 0
    assert host.client.of(RunStarted)[0].branch is None
    assert host.client.state.workspace.dirty is None
    assert (plain / "MOGPLEX_REPORT.md").exists()


async def test_the_repository_may_have_no_commit(bench: Bench):
    empty = bench.workspace.parent / "empty"
    empty.mkdir()
    git(empty, "init", "--quiet", "--initial-branch=trunk")
    bench.workspace = empty
    async with bench.run() as host:
        await host.client.to_the_end(lambda request: True)
        assert await host.ended() == 0
    assert host.client.of(RunStarted)[0].branch == "trunk"


async def test_a_workspace_full_of_modules_of_our_names_is_only_worked_on(bench: Bench):
    for name in ("anyio", "pydantic", "signal", "mogplex_contracts", "secrets"):
        (bench.workspace / f"{name}.py").write_text("raise SystemExit('imported from the workspace')\n")
    async with bench.run() as host:
        await host.client.to_the_end(lambda request: False)
        assert await host.ended() == 0


CLINGING_GIT = """\
case "$*" in
  *--check*) setsid sh -c 'echo first $$; exec sleep {seconds}' & sh -c 'echo second $$; exec sleep {seconds}' ;;
  *) exec {real} "$@" ;;
esac
"""
"""Leaves a process in a session of its own, and does not end by itself."""
HANGING_GIT = "exec sleep 1000\n"


async def test_a_task_narrowed_to_reading_writes_nothing_even_in_auto_mode(bench: Bench):
    bench.mode = "auto"
    before = git(bench.workspace, "status", "--porcelain")
    async with bench.host() as host:
        reads = ("read_file", "list_files", "search", "survey_repo", "review_changes", "shel")
        host.start = evolve(host.start, allowed_tools=reads)
        await host.begin()
        assert await host.client.to_the_end(lambda request: True) == []
    assert git(bench.workspace, "status", "--porcelain") == before
    denied = [end for end in host.client.of(ToolFinished) if end.outcome == "denied"]
    assert denied and all("allowed-tools of this turn" in end.output for end in denied)
    (told,) = host.client.of(Diagnostic)
    assert told.code == "unknown_tool" and "there is no shel" in told.message
    assert host.client.of(RunStarted)[0].allowed_tools == reads


async def test_a_message_for_another_model_is_refused_where_the_model_stays(bench: Bench):
    async with bench.run() as host:
        answer = await host.client.ask(RunMessage(id=new_id("cmd"), text="hi", model="gpt"))
        assert isinstance(answer, CommandRejected) and "uses offline-demo to its end" in answer.reason
        await host.client.ask(RunKill(id=new_id("cmd")))
        await host.client.until_status("killed")
    assert host.client.of(UserMessage) == []


async def test_repo_instructions_are_told_and_a_binary_one_is_named(bench: Bench):
    (bench.workspace / "AGENTS.md").write_text("Be kind.\n")
    (bench.home.root).mkdir(parents=True, exist_ok=True)
    (bench.home.root / "AGENTS.md").write_bytes(b"\x00\x01")
    async with bench.run() as host:
        await host.client.ask(RunKill(id=new_id("cmd")))
        await host.client.until_status("killed")
    assert [(each.kind, each.path) for each in host.client.of(ContextLoaded)] == [
        ("instructions", "AGENTS.md")
    ]
    assert ["binary" in each.message for each in host.client.of(Diagnostic)] == [True]
