import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import psutil
import pytest

from mogplex_daemon.runhost.kept_text import KeptText
from mogplex_daemon.runhost.process_tree import become_subreaper, kill_tree
from mogplex_daemon.runhost.processes import CommandEnd, CommandNotStarted, ProcessRunner
from tests.support.loop_time import let_an_hour_pass


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def pids(tmp_path: Path) -> Iterator[Path]:
    """A file where commands write the ids of processes that must be gone in the end."""
    path = tmp_path / "pids"
    yield path
    for pid in path.read_text().split() if path.exists() else ():
        assert not runs(int(pid)), f"process {pid} was left behind"


pytestmark = pytest.mark.anyio


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def ignore(_: str) -> None:
    return


async def bash(command: str, cwd: Path, timeout: float = 30, **environment: str) -> CommandEnd:
    runner = ProcessRunner({**os.environ, **environment})
    return await runner.run(["bash", "-c", command], cwd, timeout, ignore)


async def test_output_in_order_exit_code_and_no_input(tmp_path: Path) -> None:
    end = await bash("echo one; echo two >&2; cat; pwd; exit 3", tmp_path)
    assert end == CommandEnd(3, f"one\ntwo\n{tmp_path}\n", False, 0)


async def test_output_is_streamed_while_the_command_runs(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    seen: list[str] = []

    async def hear(text: str) -> None:
        seen.append(text)
        if text == "ready\n":
            # The command goes on only now, so this came while it ran.
            await anyio.to_thread.run_sync((tmp_path / "go").write_text, "x")

    end = await ProcessRunner().run(["bash", "-c", "echo ready; read x < go; echo done"], tmp_path, 30, hear)
    assert (end.output, "".join(seen)) == ("ready\ndone\n", "ready\ndone\n")


async def test_characters_split_between_reads_stay_whole_and_bad_bytes_are_marked(tmp_path: Path) -> None:
    end = await bash(r"printf '\xc3'; printf '\xa9 \xff\n'", tmp_path)
    assert end.output == "é \ufffd\n"


async def test_long_output_keeps_head_and_tail(tmp_path: Path) -> None:
    end = await bash("echo begin; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end", tmp_path)
    assert end.output.startswith("begin\nxxx")
    assert end.output.endswith("xxx\nend\n")
    assert "characters cut" in end.output
    assert len(end.output) < 101_000


async def test_the_environment_passes_without_the_credential(tmp_path: Path) -> None:
    end = await bash("env", tmp_path, MOGPLEX_API_KEY="secret", OTHER="kept")
    lines = end.output.splitlines()
    assert {"GIT_TERMINAL_PROMPT=0", "PAGER=cat", "OTHER=kept"} <= set(lines)
    assert "secret" not in end.output


async def test_a_signal_is_an_exit_code_as_in_a_shell(tmp_path: Path) -> None:
    assert (await bash("kill -9 $$", tmp_path)).exit_code == 137


async def test_a_timeout_kills_what_ignores_term_and_what_left_the_session(
    tmp_path: Path, pids: Path
) -> None:
    async def hear(_: str) -> None:
        let_an_hour_pass()

    command = f"""trap '' TERM
        setsid bash -c 'trap "" TERM; echo $$ >> {pids}; sleep 1000 & echo $! >> {pids}; wait' &
        (setsid sleep 1000 & echo $! >> {pids})
        echo $$ >> {pids}
        until [ $(wc -l < {pids}) = 4 ]; do :; done
        echo partial; sleep 1000; sleep 1000"""
    end = await ProcessRunner().run(["bash", "-c", command], tmp_path, 600, hear)
    assert (end.exit_code, end.timed_out, end.output) == (None, True, "partial\n")
    assert len(pids.read_text().split()) == 4


async def test_a_background_child_that_holds_the_output_does_not_hang(tmp_path: Path, pids: Path) -> None:
    end = await bash(f"echo hello; sleep 1000 & echo $! >> {pids}", tmp_path)
    assert (end.exit_code, end.output, end.left_behind) == (0, "hello\n", 1)


async def test_a_silent_daemon_is_ended_with_its_command(tmp_path: Path, pids: Path) -> None:
    command = f"(setsid bash -c 'echo $$ >> {pids}; exec sleep 1000' </dev/null >/dev/null 2>&1 &); "
    end = await bash(f"{command} until [ -s {pids} ]; do :; done", tmp_path)
    assert (end.exit_code, end.left_behind) == (0, 1)


async def test_cancellation_kills_the_tree_first(tmp_path: Path, pids: Path) -> None:
    with anyio.CancelScope() as scope:

        async def hear(_: str) -> None:
            scope.cancel()

        command = f"setsid sleep 1000 & echo $! >> {pids}; echo $$ >> {pids}; echo up; wait"
        await ProcessRunner().run(["bash", "-c", command], tmp_path, 30, hear)
    assert scope.cancelled_caught
    assert len(pids.read_text().split()) == 2


async def test_other_processes_are_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "1000"]) as bystander:
        await bash("sleep 1000 &", tmp_path)
        assert bystander.poll() is None
        bystander.kill()


async def test_kill_tree_ends_a_process_that_is_not_ours_to_reap(tmp_path: Path, pids: Path) -> None:
    command = f"setsid sleep 1000 & echo $! >> {pids}; echo up; wait"
    with subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        assert await kill_tree(process.pid) == 1
        assert process.wait() == -15


@pytest.mark.parametrize("again", range(5))
async def test_a_shell_does_not_go_on_when_its_command_is_killed(tmp_path: Path, again: int) -> None:
    # Many at once: in any other order, the shell would seldom be the first.
    command = "for each in {1..100}; do sleep 1000 & done; echo up; sleep 1000; touch next"
    with subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        await kill_tree(process.pid)
        assert process.wait() == -15
    assert list(tmp_path.iterdir()) == []


async def test_orphans_are_reaped_by_a_subreaper(tmp_path: Path) -> None:
    code = """
import anyio, os, psutil, sys
from mogplex_daemon.runhost.process_tree import become_subreaper
from mogplex_daemon.runhost.processes import ProcessRunner
from pathlib import Path
async def ignore(text): pass
async def main():
    assert become_subreaper()
    end = await ProcessRunner().run(["bash", "-c", "(sleep 1000 &); (setsid sleep 1000 &)"], Path("."), 30, ignore)
    print(end.left_behind, len(psutil.Process().children()))
anyio.run(main)
"""
    if sys.platform.startswith("linux"):
        done = await anyio.run_process([sys.executable, "-c", code], cwd=tmp_path, stderr=None)
        assert done.stdout == b"2 0\n"


async def test_what_can_not_be_started_is_told(tmp_path: Path) -> None:
    for argv, cwd in (
        (["/no/such/program"], tmp_path),
        (["true"], tmp_path / "gone"),
        (["echo", "a\0b"], tmp_path),
    ):
        with pytest.raises(CommandNotStarted, match="could not be started"):
            await ProcessRunner().run(argv, cwd, 5, ignore)


def test_become_subreaper_says_whether_it_worked() -> None:
    code = "from mogplex_daemon.runhost.process_tree import become_subreaper as b; print(b())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{sys.platform.startswith('linux')}\n"
    assert callable(become_subreaper)


@pytest.mark.parametrize("piece", [1, 3, 7, 100])
def test_kept_text_is_whole_below_and_bounded_above_its_limit(piece: int) -> None:
    kept = KeptText(10)
    text = "".join(chr(97 + number % 26) for number in range(50))
    for start in range(0, 50, piece):
        kept.add(text[start : start + piece])
    assert kept.text() == "abcde\n[… 40 characters cut …]\ntuvwx"
    short = KeptText(10)
    short.add("abcdefg")
    short.add("hij")
    assert short.text() == "abcdefghij"
