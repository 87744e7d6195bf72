"""What the host does with lines, folders and starts that are wrong: it says so, and the run goes on."""

import json
import os
from pathlib import Path

import anyio
import pytest

from mogplex_contracts.commands.admin import RunsList
from mogplex_contracts.commands.run import RunKill, RunPause, RunResume, RunStart
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.notice import Error
from mogplex_contracts.protocol import ProtocolRange
from mogplex_daemon.home.paths import Home
from tests.support.full_disk import fill, small_disk
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio


BAD_LINES = [
    (b"nonsense", "line: Invalid JSON"),
    (b"\x00\xff\xfe", "line: Invalid JSON"),
    (b'{"type":"make_coffee"}', "make_coffee"),
    (b'{"type":"approval_decide","id":"c","choices":[],"decision":"approve"}', "choices: "),
    (b'{"type":"run_pause","v":2}', "v: "),
    (b"[" * 5_000, "line: "),
]


async def test_lines_that_are_no_commands_are_rejected_by_their_numbers(bench: Bench):
    async with bench.run() as host:
        for number, (line, told) in enumerate(BAD_LINES, start=4):
            await host.client.send(line + b"\n")
            refused = await host.client.until(CommandRejected)
            assert refused.code == "invalid_line"
            assert refused.reason.startswith(f"line {number}: ")
            assert told in refused.reason
        await host.client.to_the_end(lambda request: False)
    assert host.client.state.status == "completed"


async def test_a_line_of_50_mb_is_rejected_by_its_number_and_the_run_goes_on(bench: Bench):
    async with bench.run() as host:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(host.client.send, b"x" * 50 * 1024 * 1024 + b"\n")
            refused = await host.client.until(CommandRejected)
        assert refused.code == "line_too_long"
        assert refused.reason.startswith(f"line 4 is {50 * 1024 * 1024} bytes long")
        await host.client.to_the_end(lambda request: False)
        assert await host.ended() == 0


async def test_commands_in_one_piece_and_in_crumbs_are_all_answered(bench: Bench):
    async with bench.run() as host:
        whole = b'{"type":"run_pause","id":"cmd_a"}\n{"type":"run_resume","id":"cmd_b"}\n\n{"type":"run_pa'
        await host.client.send(whole)
        for crumb in (b'use","id"', b':"cmd_c"', b"}", b"\n"):
            await host.client.send(crumb)
        answers = [await host.client.until(CommandAccepted) for _ in range(3)]
        assert [answer.command_id for answer in answers] == ["cmd_a", "cmd_b", "cmd_c"]


async def test_nothing_goes_before_the_handshake(bench: Bench):
    async with bench.host() as host:
        refused = await host.client.ask(host.start)
        assert refused.code == "handshake"
        await host.begin()


async def test_a_client_of_another_protocol_is_told_what_to_do(bench: Bench):
    async with bench.host() as host:
        await host.client.send(Hello(id="cmd_1", protocol=ProtocolRange(min=7, max=9), client_id="cli_1"))
        refused = await host.client.until(CommandRejected)
        assert refused.code == "protocol"
        assert "speaks 7 to 9" in refused.reason
        refused = await host.client.ask(host.start)
        assert refused.code == "handshake"


async def test_a_command_before_the_run_or_for_the_daemon_is_rejected(bench: Bench):
    async with bench.host() as host:
        await host.client.greet()
        assert (await host.client.ask(RunPause())).code == "no_run"
        await host.client.ask(host.start)
        assert (await host.client.ask(RunsList())).code == "not_here"
        assert (await host.client.ask(RunStart(task="t", cwd="/", harness="demo"))).code == "has_run"


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [
        ({"cwd": "/no/such/folder"}, "no_workspace", "/no/such/folder"),
        ({"cwd": "relative"}, "no_workspace", "relative"),
        ({"task": " \n"}, "no_task", "/run <task>"),
        ({"harness": "gpt"}, "unknown_harness", "demo"),
        ({"run_id": "../../escape"}, "bad_run_id", "../../escape"),
        ({"run_id": "a/b"}, "bad_run_id", "a/b"),
        ({"run_id": "."}, "bad_run_id", "."),
    ],
)
async def test_a_start_that_cannot_be_is_refused_with_the_reason(
    bench: Bench, changes: dict[str, str], code: str, told: str
):
    async with bench.host() as host:
        await host.client.greet()
        refused = await host.client.ask(host.start.model_copy(update=changes))
        assert isinstance(refused, CommandRejected)
        assert (refused.code, told in refused.reason) == (code, True)
        assert await host.ended() == 73
    assert not bench.home.runs.exists()
    assert not (bench.home.root.parent / "escape").exists()


async def test_stdin_that_ends_at_once_is_no_run(bench: Bench):
    async with bench.host() as host:
        await host.close_stdin()
        assert await host.ended() == 64
    assert "stdin ended before a run_start came" in host.errors.read_text()
    assert "Traceback" not in host.errors.read_text()


async def test_a_home_that_cannot_be_written_refuses_the_run_and_says_what_to_do(
    bench: Bench, tmp_path: Path
):
    (tmp_path / "file").write_text("no folder")
    bench.home = Home(tmp_path / "file" / "home")
    async with bench.host() as host:
        await host.client.greet()
        refused = await host.client.ask(host.start)
        assert refused.code == "home_unwritable"
        assert str(tmp_path / "file") in refused.reason
        assert "set MOGPLEX_HOME to another folder" in refused.reason


async def test_a_read_only_home_refuses_the_run_and_says_what_to_do(bench: Bench, tmp_path: Path):
    with small_disk(tmp_path / "disk", 64, read_only=True) as disk:
        bench.home = Home(disk / "home")
        async with bench.host() as host:
            await host.client.greet()
            refused = await host.client.ask(host.start)
            assert refused.code == "home_unwritable"
            assert f"{disk}/home: Read-only file system" in refused.reason


async def test_a_full_disk_refuses_the_run_and_says_what_to_do(bench: Bench, tmp_path: Path):
    with small_disk(tmp_path / "disk", 64) as disk:
        bench.home = Home(disk / "home")
        fill(disk)
        async with bench.host() as host:
            await host.client.greet()
            refused = await host.client.ask(host.start)
            assert refused.code == "home_unwritable"
            assert str(host.folder.root) in refused.reason
            assert "No space left on device" in refused.reason


async def test_a_disk_that_fills_up_holds_the_run_up_and_costs_it_nothing(bench: Bench, tmp_path: Path):
    with small_disk(tmp_path / "disk", 1024) as disk:
        bench.home = Home(disk / "home")
        async with bench.run() as host:
            request = await host.client.until(ApprovalRequested)
            ballast = fill(disk)
            message = await host.client.say("x" * 10_000)
            trouble = await host.client.until(Error)
            assert trouble.code == "journal_blocked"
            assert str(host.folder.journal) in trouble.message
            assert "Free some space" in trouble.message
            pending = await host.client.send_decision(request, approve=True)
            async with host.connected() as late:
                await late.follow(None)
                assert [error.code for error in late.of(Error)] == ["journal_blocked"]
            assert host.journal_lines() == host.client.journaled
            ballast.unlink()
            await host.client.send(RunResume(id="cmd_resume"))
            assert isinstance(await host.client.answer(message), CommandAccepted)
            assert isinstance(await host.client.answer(pending), CommandAccepted)
            asked = await host.client.to_the_end(lambda request: True)
            assert await host.ended() == 0
        assert len(asked) == 3
        assert host.client.journaled == host.journal_lines()


async def test_a_run_on_a_full_disk_can_be_killed_while_a_decision_waits_for_the_disk(
    bench: Bench, tmp_path: Path
):
    with small_disk(tmp_path / "disk", 1024) as disk:
        bench.home = Home(disk / "home")
        async with bench.run() as host:
            request = await host.client.until(ApprovalRequested)
            ballast = fill(disk)
            await host.client.say("x" * 10_000)
            await host.client.until(Error)
            pending = await host.client.send_decision(request, approve=True)
            assert isinstance(await host.client.ask(RunKill()), CommandAccepted)
            assert isinstance(await host.client.answer(pending), CommandRejected)
            ballast.unlink()
            await host.client.until_gone()
            assert await host.ended() == 1
        assert host.client.state.status == "killed"
        assert host.client.journaled == host.journal_lines()
        assert host.replayed().approvals.pending == {}


async def test_names_that_are_no_text_do_not_stop_a_run(bench: Bench):
    odd = os.fsencode(bench.workspace) + b"/\xff\xfe.py"
    Path(os.fsdecode(odd)).write_text("print('debug')\n")
    async with bench.run() as host:
        await host.client.to_the_end(lambda request: True)
        assert await host.ended() == 0
    assert json.loads(host.folder.metadata.read_text())["status"] == "completed"
