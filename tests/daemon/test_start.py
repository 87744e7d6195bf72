"""A daemon comes to be: once, in the right place, and never at the cost of somebody else's process or file."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import psutil
import pytest

from mogplex_contracts.codec import encode
from mogplex_contracts.commands.session import Attach, HistoryPage
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, Ready, Snapshot
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL, ProtocolRange
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.daemon_file import find_socket, living_daemon
from mogplex_daemon.home.sockets import MAX_SOCKET_PATH_BYTES
from mogplex_daemon.runs.lock import is_held
from mogplex_daemon.server.start import start_daemon
from tests.support.full_disk import fill, small_disk
from tests.support.house import DAEMON, House, attach, ended
from tests.support.run_host import Client

pytestmark = pytest.mark.anyio
NEWER = (
    "from mogplex_contracts import protocol\n"
    "protocol.PROTOCOL = protocol.ProtocolRange(min=7, max=9)\n"
    "from mogplex_daemon.cli import main\n"
    "main()\n"
)
"""The same program in a build to come."""


@pytest.mark.parametrize("count", [2, 5])
async def test_racing_starts_give_one_daemon(house: House, count: int):
    starts = [
        subprocess.Popen([*DAEMON, "start"], env=house.env, stdout=subprocess.PIPE) for _ in range(count)
    ]
    said = [start.communicate(timeout=60)[0] for start in starts]
    assert [start.returncode for start in starts] == [0] * count
    assert sum(b"started" in each for each in said) == 1
    serving = [each for each in psutil.process_iter(["environ", "cmdline"]) if is_daemon_of(house, each)]
    assert [each.pid for each in serving] == [house.pid]


async def test_a_foreground_daemon_beside_one_that_runs_says_so_and_leaves(house: House):
    pid = house.start()
    second = house.daemon("serve")
    assert (second.returncode, house.pid) == (0, pid)
    assert "is running already" in second.stderr
    assert house.status["pid"] == pid


async def test_a_stale_socket_is_no_obstacle(house: House):
    house.start()
    house.crash()
    assert house.socket.exists() and house.home.daemon_file.exists()
    assert "started" in house.daemon("start").stdout


async def test_a_deleted_socket_is_made_again_by_the_same_daemon_and_nobody_is_cut_off(house: House):
    pid = house.start()
    async with house.client() as early:
        run_id = await house.start_run(early)
        house.socket.unlink()
        assert house.daemon("status").returncode == 3
        assert house.daemon("start").returncode == 0
        assert (house.pid, house.status["pid"]) == (pid, pid)
        await early.send(attach(run_id))
        await early.until(Snapshot)


async def test_a_pid_that_another_program_got_since_is_neither_trusted_nor_sent_a_signal(house: House):
    house.start()
    house.crash()
    with bystander() as other:
        recorded = json.loads(house.home.daemon_file.read_text())
        elsewhere = house.home.root / "elsewhere.sock"
        wrong = {"pid": other, "pid_started": recorded["pid_started"] - 3600, "socket": str(elsewhere)}
        house.home.daemon_file.write_text(json.dumps({**recorded, **wrong}))
        house.home.daemon_lock.write_text(f"{other}\n")
        assert living_daemon(house.home) is None
        assert find_socket(house.home, {}) == house.socket
        assert house.daemon("status").returncode == 3
        assert house.daemon("stop").returncode == 3
        assert "started" in house.daemon("start").stdout
        assert house.status["pid"] == house.pid != other
        assert psutil.pid_exists(other)


async def test_a_daemon_is_known_when_the_clock_was_set_and_its_start_seems_another(house: House):
    pid = house.start()
    recorded = json.loads(house.home.daemon_file.read_text())
    house.home.daemon_file.write_text(json.dumps({**recorded, "pid_started": recorded["pid_started"] + 3600}))
    living = living_daemon(house.home)
    assert living is not None and living.pid == pid
    house.socket.unlink()
    assert house.daemon("start").returncode == 0
    assert house.status["pid"] == pid


async def test_a_start_that_finds_the_lock_held_sends_nothing_to_a_process_it_does_not_know(house: House):
    """As when the daemon has only just begun: the lock still has the pid of the one before."""
    house.home.root.mkdir(mode=0o700)
    with bystander() as other:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(house.home.daemon_lock), str(other)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert holder.stdout is not None and holder.stdout.readline()
        start = subprocess.Popen([*DAEMON, "start"], env=house.env, stderr=subprocess.PIPE)
        # It waits for a socket: the one that holds the lock begins to listen, as a daemon would.
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(house.socket))
            listener.listen()
            assert start.wait(60) == 0
        assert psutil.pid_exists(other)
        holder.communicate()


async def test_a_file_that_is_no_socket_is_left_alone(house: House, tmp_path: Path):
    precious = tmp_path / "thesis.tex"
    precious.write_text("years of work")
    done = house.daemon("start", MOGPLEX_DAEMON_SOCKET=str(precious))
    assert done.returncode == 1
    assert "something that is no socket is there" in done.stderr
    assert precious.read_text() == "years of work"
    assert "something that is no socket is there" in house.home.daemon_log.read_text()


async def test_a_chosen_socket_whose_path_is_too_long_is_told(house: House, tmp_path: Path):
    done = house.daemon("start", MOGPLEX_DAEMON_SOCKET=str(tmp_path / ("l" * 120)))
    assert done.returncode == 1
    assert "path too long" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("trouble", ["a full disk", "a file for a folder"])
async def test_a_daemon_that_cannot_be_says_why_and_what_to_do(house: House, trouble: str):
    with small_disk(house.home.root, 64) as root:
        if trouble == "a full disk":
            fill(root)
        else:
            house.home.runs.write_text("no folder")
        done = house.daemon("start")
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "No space left" in done.stderr or f"{house.home.runs}: File exists" in done.stderr


async def test_a_daemon_that_is_stopped_leaves_no_traceback(house: House):
    pid = house.start()
    async with house.client(), house.client():
        assert house.daemon("stop").returncode == 0
        ended(pid)
    assert "Traceback" not in house.home.daemon_log.read_text()


async def test_whoever_starts_after_a_stop_gets_a_daemon_even_while_the_one_before_says_goodbye(house: House):
    first = house.start()
    async with house.client() as client, await anyio.connect_unix(house.socket) as stalled:
        run_id = await house.start_run(client)
        await client.send(attach(run_id, after_seq=0))
        await client.until(ApprovalRequested)
        deaf = Client(stalled, "deaf")
        await deaf.send(deaf.hello)
        with anyio.move_on_after(1.0):  # It asks until the daemon takes no more of it, and reads nothing.
            while True:
                await deaf.send(
                    HistoryPage(id=new_id("cmd"), run_id=run_id, before_seq=client.state.last_seq)
                )
        assert house.daemon("stop").returncode == 0
        assert not is_held(house.home.daemon_lock), "who asked for the end is told of it when it has come"
        assert start_daemon(house.home) == (house.socket, True)
        assert house.pid != first


async def test_the_socket_of_another_home_is_left_to_its_daemon(house: House, tmp_path: Path):
    pid = house.start()
    other = House(type(house.home)(tmp_path / "other"), house.repository)
    done = other.daemon("serve", MOGPLEX_DAEMON_SOCKET=str(house.socket))
    assert done.returncode == 73
    assert "another daemon listens there" in done.stderr
    assert house.status["pid"] == pid


async def test_a_daemon_whose_lock_was_removed_keeps_its_place(house: House):
    """Without the file nothing else tells two daemons of one home apart: whoever listens was first."""
    pid = house.start()
    house.home.daemon_lock.unlink()
    assert house.daemon("serve").returncode == 73
    assert "already" in house.daemon("start").stdout
    assert house.status["pid"] == pid
    assert house.daemon("stop").returncode == 0


async def test_a_displaced_daemon_takes_nothing_of_its_successor_along(house: House):
    first = house.start()
    for path in (house.socket, house.home.daemon_lock, house.home.daemon_file):
        path.unlink()
    second = house.start()
    assert first != second
    os.kill(first, signal.SIGTERM)
    ended(first)
    assert house.status["pid"] == second
    assert living_daemon(house.home) is not None


async def test_a_home_whose_path_is_too_long_for_a_socket_has_it_elsewhere(tmp_path: Path):
    house = House.build(tmp_path, home=tmp_path / ("deep" * 30) / "home")
    try:
        house.start()
        place = house.socket
        assert len(os.fsencode(house.home.daemon_socket)) > MAX_SOCKET_PATH_BYTES >= len(os.fsencode(place))
        assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        recorded = living_daemon(house.home)
        assert recorded is not None and recorded.socket == str(place)
        # One who has another runtime folder finds it by the record.
        elsewhere = {"XDG_RUNTIME_DIR": str(tmp_path / "run")}
        assert house.daemon("status", **elsewhere).returncode == 0
        assert "already" in house.daemon("start", **elsewhere).stdout
        async with house.client(socket=place) as client:
            assert (await client.until(Ready)).build == VERSION
    finally:
        house.close()


@pytest.mark.parametrize("relative", [False, True])
async def test_a_chosen_socket_is_used_and_recorded(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
):
    chosen = tmp_path / "chosen.sock"
    monkeypatch.chdir(tmp_path)
    named = chosen.name if relative else str(chosen)
    assert house.daemon("start", MOGPLEX_DAEMON_SOCKET=named).returncode == 0
    assert chosen.is_socket() and not house.home.daemon_socket.exists()
    assert house.daemon("status").returncode == 0, "clients of this home find it without being told"
    refused = house.daemon("start", MOGPLEX_DAEMON_SOCKET=str(tmp_path / "another.sock"))
    assert refused.returncode == 1
    assert str(chosen) in refused.stderr and "mogplex-daemon stop" in refused.stderr


async def test_a_daemon_is_not_started_with_modules_of_the_folder_one_is_in(house: House):
    (house.repository / "anyio.py").write_text("raise SystemExit('imported from the workspace')\n")
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
        await client.send(attach(run_id, after_seq=0))
        await client.until(ApprovalRequested)


async def test_a_client_of_a_build_to_come_is_told_what_to_do(house: House):
    house.start()
    async with house.client() as client:
        newer = client.hello.model_copy(update={"protocol": ProtocolRange(min=7, max=9), "build": "9.0"})
        refused = await ask_first(house, encode(newer) + b"\n")
    assert isinstance(refused, CommandRejected) and refused.code == "protocol"
    assert refused.reason.startswith(
        f"mogplex {VERSION} here speaks protocol 1, your mogplex 9.0 speaks 7 to 9"
    )
    assert "mogplex-daemon stop && mogplex-daemon start" in refused.reason


async def test_hello_is_understood_with_more_or_less_in_it_than_ours(house: House):
    house.start()
    least = {"type": "hello", "id": "cmd_1", "protocol": {"min": 1, "max": 1}, "client_id": "cli_1"}
    most = {**least, "protocol": {"min": 1, "max": 9, "draft": 10}, "colour": "blue", "build": "9.0"}
    for hello in (least, most):
        ready = await ask_first(house, json.dumps(hello).encode() + b"\n")
        assert isinstance(ready, Ready)
        assert (ready.protocol, ready.range) == (1, PROTOCOL)


async def test_what_the_message_says_really_mends_it(house: House):
    """A daemon of a former build understands no command of ours, and still is stopped and started anew."""
    before = house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
    status = newer_build(house, "status")
    assert status.returncode == 1
    assert "mogplex-daemon stop && mogplex-daemon start" in status.stderr
    stopped = newer_build(house, "stop")
    assert stopped.returncode == 0 and f"pid {before}" in stopped.stdout
    ended(before)
    assert house.daemon("start").returncode == 0
    async with house.client() as client:
        assert isinstance(await client.ask(Attach(id=new_id("cmd"), run_id=run_id)), CommandAccepted)


HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print(sys.argv[2], file=lock, flush=True)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def bystander() -> Iterator[int]:
    """A process that has nothing to do with all this; a signal would end it."""
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        yield process.pid
        assert process.poll() is None, "it was sent a signal"
    finally:
        process.communicate()


def newer_build(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", NEWER, *words],
        env=house.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def ask_first(house: House, line: bytes):
    """The first answer to this first line."""
    async with await anyio.connect_unix(house.socket) as stream:
        client = Client(stream)
        await client.send(line)
        return await client.next()


def is_daemon_of(house: House, process: psutil.Process) -> bool:
    words, environ = process.info["cmdline"] or [], process.info["environ"] or {}
    return "serve" in words and environ.get("MOGPLEX_HOME") == str(house.home.root)
