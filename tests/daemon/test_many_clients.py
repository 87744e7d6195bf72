"""Many clients of one run, through the daemon: all agree, one decides, and one that stalls costs nobody anything."""

import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
import psutil
import pytest
from anyio.abc import SocketStream

from mogplex_cli.headless.daemon_client import connect_daemon
from mogplex_contracts.codec import encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.admin import RunDelete, RunsList
from mogplex_contracts.commands.approval import RuleRevoke
from mogplex_contracts.commands.run import AgentInterrupt, RunKill, RunPause
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, Ready, RunsListed
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.reduce import replay
from mogplex_contracts.state.digest import digest
from mogplex_daemon.journal.reader import read_events
from tests.support.house import House, attach
from tests.support.run_host import PATIENCE_SECONDS, Client

pytestmark = pytest.mark.anyio
EVENTS = 20_000
LABEL_CHARACTERS = 600
"""A long name makes every event of a person long: so much is told in all that a copy of it would show."""
MEMORY_BYTES = 8 * 1024 * 1024
"""Far less than what is told, and more than what a process grows by for other reasons."""


async def test_of_two_who_decide_at_once_one_wins_each_time_and_everybody_agrees(house: House):
    house.start()
    async with house.client("ada") as ada, house.client("bob") as bob, house.client("eve") as eve:
        run_id = await house.start_run(ada)
        for client in (ada, bob):
            await client.send(attach(run_id, after_seq=0))
        await eve.send(attach(run_id, observe=True))
        winners: list[str] = []
        for _ in range(3):
            request = await ada.until(ApprovalRequested)
            assert (await bob.until(ApprovalRequested)).approval_id == request.approval_id
            answers: dict[str, CommandAccepted | CommandRejected] = {}

            async def decide(client: Client, name: str, request=request, answers=answers) -> None:
                answers[name] = await client.decide(request, approve=True)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(decide, ada, "ada")
                tasks.start_soon(decide, bob, "bob")
            (winner,) = [name for name, answer in answers.items() if isinstance(answer, CommandAccepted)]
            (loser,) = [answer for answer in answers.values() if isinstance(answer, CommandRejected)]
            assert loser.code == "already_decided" and loser.decided_at
            assert loser.decided_by is not None and loser.decided_by.label == winner
            winners.append(winner)
        for client in (ada, bob, eve):
            await client.until_status("completed")
        whole = replay(read_events(house.home.run(run_id).journal))
        assert {digest(client.state) for client in (ada, bob, eve)} == {digest(whole)}
        assert [each.by.label for each in ada.of(ApprovalResolved) if each.by] == winners
        # The daemon's own connection to the host may be behind the others.
        await eve.send(RunsList(id=new_id("cmd"), follow=True))
        await eve.until(RunsListed, where=lambda event: event.runs and event.runs[0].status == "completed")
        async with connect_daemon(house.socket, eve.hello) as headless:
            state = await headless.run(run_id)
            (listed,) = await headless.runs()
        assert state is not None and digest(state) == digest(whole)
        assert (listed.run_id, listed.status, listed.waiting) == (run_id, "completed", ())


async def test_an_observer_can_change_nothing(house: House):
    house.start()
    async with house.client("ada") as ada, house.client("eve") as eve:
        run_id = await house.start_run(ada)
        await eve.send(attach(run_id, after_seq=0, observe=True))
        request = await eve.until(ApprovalRequested)
        commands = [
            RunPause(id=new_id("cmd"), run_id=run_id),
            RunKill(id=new_id("cmd"), run_id=run_id),
            AgentInterrupt(id=new_id("cmd"), run_id=run_id),
            RuleRevoke(id=new_id("cmd"), run_id=run_id, pattern="bash:ls", where="run"),
            RunDelete(id=new_id("cmd"), run_id=run_id),
        ]
        for command in commands:
            refused = await eve.ask(command)
            assert isinstance(refused, CommandRejected) and refused.code == "observing"
        refused = await eve.decide(request, approve=True)
        assert isinstance(refused, CommandRejected) and refused.code == "observing"
        last = read_events(house.home.run(run_id).journal)
        assert request.seq == max(event.seq for event in last)


@pytest.mark.timeout(900)  # So many events take a slow machine minutes.
async def test_a_client_that_stands_still_costs_no_memory_and_delays_nobody(house: House):
    daemon = psutil.Process(house.start())
    async with house.client("ada") as ada:
        run_id = await house.start_run(ada)
        await ada.send(attach(run_id))
        await ada.until(ApprovalRequested)
    host = psutil.Process(house.host_pid(run_id))
    async with (
        Flood.open(house.host_socket(run_id), "a" * LABEL_CHARACTERS) as flood,
        Flood.open(house.socket, "ada") as watching,
    ):
        await watching.send(attach(run_id))
        with stalled(house, run_id):
            # What processes grow by once, they have grown by after the first tenth.
            await flow(flood, watching, EVENTS // 10)
            before = daemon.memory_info().rss, host.memory_info().rss
            await flow(flood, watching, EVENTS * 9 // 10)
            after = daemon.memory_info().rss, host.memory_info().rss
            assert house.home.run(run_id).journal.stat().st_size > 2 * MEMORY_BYTES
            assert after[0] - before[0] < MEMORY_BYTES, "the daemon"
            assert after[1] - before[1] < MEMORY_BYTES, "the host"


class Flood:
    """A client that counts what it is told instead of reading it: it must be faster than what it measures."""

    def __init__(self, stream: SocketStream) -> None:
        self._stream = stream

    @classmethod
    @asynccontextmanager
    async def open(cls, socket: Path, name: str) -> AsyncIterator["Flood"]:
        async with await anyio.connect_unix(socket) as stream:
            flood = cls(stream)
            await flood.send(Hello(id=new_id("cmd"), protocol=PROTOCOL, client_id=new_id("cli"), label=name))
            yield flood

    async def send(self, *commands: Command) -> None:
        await self._stream.send(b"".join(encode(each) + b"\n" for each in commands))

    async def hear(self, word: bytes, count: int) -> None:
        """Until `word` was told so many times."""
        rest = b""
        while count > 0:
            with anyio.fail_after(PATIENCE_SECONDS):
                rest += await self._stream.receive()
            count -= rest.count(word)
            rest = rest[-(len(word) - 1) :]


async def flow(flood: Flood, watching: Flood, count: int) -> None:
    """So many events, until `watching` has been told of each and `flood` has its answers."""

    async def ask() -> None:
        for start in range(0, count, 500):
            piece = min(500, count - start)
            await flood.send(*(AgentInterrupt(id=new_id("cmd")) for _ in range(piece)))
            await flood.hear(b'"command_accepted"', piece)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        tasks.start_soon(watching.hear, b'"soft_interrupt"', count)


@contextmanager
def stalled(house: House, run_id: str) -> Iterator[None]:
    """A client that attaches to the whole run, reads its first bytes, and is stopped."""
    hello = Hello(id=new_id("cmd"), protocol=PROTOCOL, client_id=new_id("cli"), label="stalled")
    process = subprocess.Popen(
        [sys.executable, "-c", STALLED, str(house.socket)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(encode(hello) + b"\n" + encode(attach(run_id, after_seq=0)) + b"\n")
    process.stdin.close()
    assert process.stdout.readline() == b"attached\n"
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


STALLED = """
import os, socket, sys, time
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(sys.argv[1])
    connection.sendall(sys.stdin.buffer.read())
    heard = b""
    while b"run_started" not in heard:
        heard += connection.recv(1000)
    print("attached", flush=True)
    while True:
        time.sleep(3600)
"""


async def test_more_clients_than_the_daemon_may_have_files_cost_it_nothing(house: House):
    pid = house.start()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64))
    streams = [await anyio.connect_unix(house.socket) for _ in range(100)]
    waiting = Client(streams[-1], "patient")
    await waiting.send(waiting.hello)
    for stream in streams[:-1]:
        await stream.aclose()
    await waiting.until(Ready)
    assert house.status["pid"] == pid
