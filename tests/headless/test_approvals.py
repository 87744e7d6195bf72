import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.abc import SocketStream

from mogplex_contracts.codec import decode_command, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.admin import RunsList
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.commands.session import Attach, Hello
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import (
    CommandAccepted,
    CommandRejected,
    Ready,
    RunsListed,
    RunSummary,
    Snapshot,
)
from mogplex_contracts.framing import Line, LineSplitter
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.state import RunState
from mogplex_contracts.state.approval import Approvals, ResolvedApproval
from mogplex_contracts.text import one_line
from mogplex_daemon.home.paths import Home
from tests.support.repository import make_repository
from tests.support.run_host import Client, decision, environment
from tests.support.story import asked

MOGPLEX = (sys.executable, "-c", "from mogplex_cli.main import main; main()")
DAEMON = (sys.executable, "-m", "mogplex_daemon", "serve", "--ready")


class Shell:
    """A shell in a repository, beside a daemon."""

    def __init__(self, tmp_path: Path) -> None:
        self.repository = make_repository(tmp_path / "repo")
        self.home = Home(tmp_path / "home")
        self.env = environment(self.home, tmp_path / "bin", {})
        self.runs: list[str] = []

    def approvals(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`mogplex approvals …`."""
        return subprocess.run(
            [*MOGPLEX, "approvals", *words], env=self.env, capture_output=True, text=True, timeout=120
        )

    def listed(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.approvals("list", "--json").stdout.splitlines()]

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """A cockpit's connection to the daemon."""
        async with await anyio.connect_unix(self.home.daemon_socket) as stream:
            client = Client(stream)
            await client.greet()
            yield client

    async def run_that_waits(self, client: Client) -> ApprovalRequested:
        """Start a run and wait until it asks, and until the daemon knows: it may hear of it later than who follows."""
        command = RunStart(
            id=new_id("cmd"), run_id=new_id("run"), task="review", cwd=str(self.repository), harness="demo"
        )
        self.runs.append(command.run_id)
        assert isinstance(await client.ask(command), CommandAccepted)
        assert isinstance(await client.ask(Attach(run_id=command.run_id, after_seq=0)), CommandAccepted)
        request = await client.until(ApprovalRequested)
        await client.send(RunsList(id=new_id("cmd"), follow=True))
        await client.until(RunsListed, where=lambda told: request.approval_id in waiting_in(told))
        return request


def waiting_in(told: RunsListed) -> list[str]:
    return [request.approval_id for run in told.runs for request in run.waiting]


def facts_of(shell: Shell) -> dict[str, Any]:
    """What waits, when it is one thing."""
    (facts,) = shell.listed()
    return facts


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    with subprocess.Popen(DAEMON, env=shell.env, stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline() == b"ready\n"
        yield shell
        for run_id in shell.runs:
            kill = [sys.executable, "-m", "mogplex_daemon", "kill", run_id]
            subprocess.run(kill, env=shell.env, capture_output=True, timeout=120)
        daemon.terminate()


@pytest.mark.anyio
async def test_what_waits_is_listed_decided_and_known_as_decided(shell: Shell) -> None:
    async with shell.client() as ada:
        request = await shell.run_that_waits(ada)
        shown = shell.approvals("list")
        assert request.approval_id in shown.stdout
        assert one_line(request.target) in shown.stdout
        assert f" offline demo · {facts_of(shell)['repo']} · {request.run_id} · review · " in shown.stdout
        facts = facts_of(shell)
        assert facts["harness"] == "demo"
        runs = [sys.executable, "-m", "mogplex_daemon", "runs"]
        listed = subprocess.run(runs, env=shell.env, capture_output=True, text=True, timeout=120).stdout
        assert f"  demo  {facts['repo']}  review\n" in listed
        assert (facts["approval_id"], facts["digest"], facts["detail"]) == (
            request.approval_id,
            request.digest,
            request.detail,
        )
        done = shell.approvals("reject", request.approval_id, "--note", "not like this")
        assert done.returncode == 0
        assert f"rejected {request.approval_id} · {request.risk} risk" in done.stdout
        late = shell.approvals("approve", request.approval_id)
        assert (late.returncode, late.stdout) == (1, "")
        assert "already rejected by" in late.stderr
        told = json.loads(shell.approvals("approve", request.approval_id, "--json").stdout)
        assert (told["ok"], told["code"], told["decision"]) == (False, "already_decided", "rejected")


@pytest.mark.anyio
async def test_a_decision_of_somebody_else_is_told_with_the_name(shell: Shell) -> None:
    async with shell.client() as ada:
        request = await shell.run_that_waits(ada)
        answer = await ada.answer(await sent(ada, request))
        assert isinstance(answer, CommandAccepted)
        late = shell.approvals("reject", request.approval_id)
        assert late.returncode == 1
        assert f"{request.approval_id} is already approved by ada at 20" in late.stderr


@pytest.mark.anyio
async def test_an_unknown_id_lists_what_waits(shell: Shell) -> None:
    async with shell.client() as ada:
        request = await shell.run_that_waits(ada)
        lost = shell.approvals("approve", "apr_nobody")
        assert lost.returncode == 1
        assert "no approval apr_nobody is known; this waits:" in lost.stderr
        assert request.approval_id in lost.stderr


@pytest.mark.anyio
async def test_whoever_was_first_since_the_list_was_made_is_told_too(tmp_path: Path) -> None:
    request = asked()
    ada = Operator(client_id="cli_1", label="ada")
    first = ResolvedApproval(
        **request.model_dump(include={"approval_id", "action", "target", "risk", "agent_id"}),
        decision="approved",
        at="2026-01-01T12:00:00.000Z",
        by=ada,
    )
    run = RunSummary(run_id="run_1", status="running", task="mend it", repo="acme", waiting=(request,))
    state = RunState(run_id="run_1", approvals=Approvals(resolved=(first,)))

    async def serve(stream: SocketStream) -> None:
        """A daemon that has not heard yet what the run's host knows."""
        splitter = LineSplitter()
        async with stream:
            async for data in stream:
                for line in splitter.feed(data):
                    assert isinstance(line, Line)
                    await stream.send(encode(answer(decode_command(line.data))) + b"\n")

    def answer(command: Command) -> Event:
        match command:
            case Hello():
                return Ready(protocol=1, range=PROTOCOL, build="1")
            case RunsList():
                return RunsListed(command_id=command.id or "", runs=(run,))
            case Attach():
                return Snapshot(state=state)
            case _:
                said = {"code": "already_decided", "reason": f"already approved by ada at {first.at}"}
                return CommandRejected(
                    command_id=command.id or "", **said, decided_by=ada, decided_at=first.at
                )

    socket = tmp_path / "daemon.sock"
    env = {**os.environ, "MOGPLEX_HOME": str(tmp_path), "MOGPLEX_DAEMON_SOCKET": str(socket)}
    async with await anyio.create_unix_listener(socket) as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        words = [*MOGPLEX, "approvals", "reject", request.approval_id]
        late = await anyio.run_process(words, env=env, check=False)
        facts = await anyio.run_process([*words, "--json"], env=env, check=False)
        tasks.cancel_scope.cancel()
    assert (late.returncode, late.stdout) == (1, b"")
    assert f"{request.approval_id} is already approved by ada at {first.at}" in late.stderr.decode()
    told = json.loads(facts.stdout)
    assert (told["ok"], told["code"], told["decision"]) == (False, "already_decided", "approved")


def test_nothing_waits(shell: Shell) -> None:
    listed = shell.approvals("list")
    assert (listed.returncode, listed.stdout) == (0, "nothing waits for a decision in any run\n")
    assert shell.listed() == []
    assert "nothing waits" in shell.approvals("approve", "apr_nobody").stderr


def test_without_a_daemon_it_says_how_to_start_one(tmp_path: Path) -> None:
    env = {**os.environ, "MOGPLEX_DAEMON_SOCKET": str(tmp_path / "none.sock")}
    done = subprocess.run(
        [*MOGPLEX, "approvals", "list"], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 69
    assert "start it with: mogplex-daemon start" in done.stderr


def test_it_loads_neither_textual_nor_the_agent_loop() -> None:
    loaded = "[name for name in ('textual', 'pydantic_ai') if name in sys.modules]"
    code = f"import sys, mogplex_cli.headless.approvals; print({loaded})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "[]\n"


async def sent(client: Client, request: ApprovalRequested) -> Any:
    command = decision(request, approve=True)
    await client.send(command)
    return command
