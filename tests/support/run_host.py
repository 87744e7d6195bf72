"""Real run hosts: starts the process, speaks the wire to it, and leaves nothing behind."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import anyio
import anyio.abc
import psutil

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide
from mogplex_contracts.commands.run import RunMessage, RunStart
from mogplex_contracts.commands.session import Attach, Hello
from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, Ready, Snapshot
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.tool import ToolOutput
from mogplex_contracts.framing import Line, LineSplitter
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.reduce import reduce, replay
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.message import Live
from mogplex_contracts.vocabulary import PermissionMode
from mogplex_daemon.home.paths import Home, RunFolder
from mogplex_daemon.home.sockets import socket_path
from mogplex_daemon.journal.reader import BadLine, read_events
from mogplex_daemon.runs.lock import is_held

HOST = (sys.executable, "-P", "-m", "mogplex_daemon.runhost")
PATIENCE_SECONDS = 90.0
"""How long anything may take before a test fails: far longer than it does."""

Kind = TypeVar("Kind")


class Gone(Exception):
    """The host closed the connection while something was still expected of it."""


class Bytes(Protocol):
    """What carries the wire."""

    async def receive(self) -> bytes: ...

    async def send(self, data: bytes, /) -> None: ...


class Client:
    """One client of a run: says what it is told to, keeps every event, and the state they make.

    What a command brings about may be told before its answer or behind it: waiting for an answer passes over nothing
    that is waited for afterwards.
    """

    def __init__(self, stream: Bytes, name: str = "ada") -> None:
        self._stream = stream
        self._splitter = LineSplitter()
        self._waiting: list[Event] = []
        self._decided: set[str] = set()
        self.hello = Hello(id=new_id("cmd"), protocol=PROTOCOL, client_id=new_id("cli"), label=name)
        self.events: list[Event] = []
        self._passed = 0
        """How many of them were waited for, or came before one that was."""
        self._answers: set[str] = set()
        """The commands whose answers were waited for."""
        self.lines: list[bytes] = []
        self.state = RunState()

    async def send(self, *commands: Command | bytes) -> None:
        """Commands, or whatever bytes a misbehaving client would send."""
        pieces = (each if isinstance(each, bytes) else encode(each) + b"\n" for each in commands)
        await self._stream.send(b"".join(pieces))

    async def ask(self, command: Command) -> CommandAccepted | CommandRejected:
        """Send a command and wait for its answer."""
        command = evolve(command, id=command.id or new_id("cmd"))
        await self.send(command)
        return await self.answer(command)

    async def answer(self, command: Command) -> CommandAccepted | CommandRejected:
        """The answer to a command that was sent before."""
        assert command.id is not None
        self._answers.add(command.id)
        place = self._passed
        while True:
            if place == len(self.events):
                await self._receive()
            event = self.events[place]
            place += 1
            if isinstance(event, CommandAccepted | CommandRejected) and event.command_id == command.id:
                return event

    async def say(self, text: str) -> RunMessage:
        """Say something to the agents without waiting for the answer; the command that was sent."""
        command = RunMessage(id=new_id("cmd"), text=text)
        await self.send(command)
        return command

    async def greet(self) -> Ready:
        """Say hello."""
        await self.send(self.hello)
        return await self.until(Ready)

    async def follow(self, after_seq: int | None = 0) -> None:
        """Attach to the run: from after that event on, or with a snapshot first."""
        answer = await self.ask(Attach(after_seq=after_seq))
        assert isinstance(answer, CommandAccepted), answer
        if after_seq is None and not any(isinstance(event, Snapshot) for event in self.events):
            await self.until(Snapshot)

    async def next(self) -> Event:
        """The next event, as it comes. Raises Gone when there will be none."""
        event = await self._receive()
        self._passed = len(self.events)
        return event

    async def _receive(self) -> Event:
        while not self._waiting:
            with anyio.fail_after(PATIENCE_SECONDS):
                try:
                    data = await self._stream.receive()
                except (anyio.EndOfStream, anyio.BrokenResourceError, OSError) as error:
                    raise Gone(f"after {[event.type for event in self.events[-5:]]}") from error
            for line in self._splitter.feed(data):
                assert isinstance(line, Line), line
                self.lines.append(line.data)
                self._waiting.append(decode_event(line.data))
        event = self._waiting.pop(0)
        self.events.append(event)
        self.state = reduce(self.state, event)
        return event

    async def until(self, *kinds: type[Kind], where: Callable[[Any], bool] = lambda event: True) -> Kind:
        """The next event of one of these kinds for which `where` holds; everything up to it is kept."""
        while True:
            if self._passed == len(self.events):
                await self._receive()
            event = self.events[self._passed]
            self._passed += 1
            if isinstance(event, CommandAccepted | CommandRejected) and event.command_id in self._answers:
                continue
            if isinstance(event, kinds) and where(event):
                return event

    async def until_status(self, status: str) -> RunStatusChanged:
        """Wait for the run to have this status."""
        return await self.until(RunStatusChanged, where=lambda event: event.status == status)

    async def until_output(self, text: str) -> ToolOutput:
        """Wait for a tool to print `text`."""
        return await self.until(ToolOutput, where=lambda event: text in event.text)

    async def until_gone(self) -> None:
        """Read everything that is left."""
        try:
            while True:
                await self.next()
        except Gone:
            return

    async def decide(
        self, request: ApprovalRequested, *, approve: bool, note: str = ""
    ) -> CommandAccepted | CommandRejected:
        """Approve or reject, and wait for the answer."""
        return await self.answer(await self.send_decision(request, approve=approve, note=note))

    async def send_decision(
        self, request: ApprovalRequested, *, approve: bool, note: str = ""
    ) -> ApprovalDecide:
        """Approve or reject without waiting for the answer; the command that was sent."""
        command = decision(request, approve=approve, note=note)
        self._decided.add(request.approval_id)
        await self.send(command)
        return command

    async def to_the_end(self, approve: Callable[[ApprovalRequested], bool]) -> list[ApprovalRequested]:
        """Decide everything that waits or is asked until the host leaves; all that was ever asked."""
        for pending in list(self.state.approvals.pending.values()):
            if pending.request.approval_id not in self._decided:
                await self.send_decision(pending.request, approve=approve(pending.request))
        try:
            while True:
                event = await self.next()
                if isinstance(event, ApprovalRequested):
                    await self.send_decision(event, approve=approve(event))
        except Gone:
            return self.of(ApprovalRequested)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Everything of a kind that came so far."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def journaled(self) -> list[bytes]:
        """The lines that came and stand in the journal."""
        return [line for line, event in zip(self.lines, self.events, strict=False) if event.seq is not None]


def decision(request: ApprovalRequested, *, approve: bool, note: str = "") -> ApprovalDecide:
    """The command that decides one approval."""
    return ApprovalDecide(
        id=new_id("cmd"),
        choices=(ApprovalChoice(approval_id=request.approval_id, digest=request.digest),),
        decision="approve" if approve else "reject",
        note=note,
    )


class _Pipes:
    def __init__(self, process: anyio.abc.Process) -> None:
        self._process = process

    async def receive(self) -> bytes:
        assert self._process.stdout is not None
        return await self._process.stdout.receive()

    async def send(self, data: bytes, /) -> None:
        assert self._process.stdin is not None
        await self._process.stdin.send(data)


@dataclass(eq=False)
class Host:
    """A host process."""

    process: anyio.abc.Process
    client: Client
    start: RunStart
    folder: RunFolder
    errors: Path
    """What it printed to stderr."""

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return socket_path(self.folder.socket)

    def is_locked(self) -> bool:
        """Whether a process holds the run's folder."""
        return is_held(self.folder.lock)

    def programs(self, word: str) -> list[psutil.Process]:
        """Living processes below this one with an argument that `word` is part of."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [each for each in children if any(word in argument for argument in words_of(each))]

    def open_files(self) -> int:
        """How many files and connections the process holds open."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    async def begin(self) -> Client:
        """Greet, start the run, follow it: the client that did. It follows before the run can be over."""
        await self.client.greet()
        commands = (
            evolve(self.start, id=self.start.id or new_id("cmd")),
            Attach(id=new_id("cmd"), after_seq=0),
        )
        await self.client.send(*commands)
        for command in commands:
            answer = await self.client.answer(command)
            assert isinstance(answer, CommandAccepted), answer
        return self.client

    async def close_stdin(self) -> None:
        """The cockpit stops talking."""
        assert self.process.stdin is not None
        await self.process.stdin.aclose()

    async def close_stdout(self) -> None:
        """The cockpit stops listening."""
        assert self.process.stdout is not None
        await self.process.stdout.aclose()

    async def ended(self) -> int:
        """Its exit status, when it has one."""
        with anyio.fail_after(PATIENCE_SECONDS):
            return await self.process.wait()

    @asynccontextmanager
    async def connected(self, name: str = "grace") -> AsyncIterator[Client]:
        """Another client, over the control socket."""
        async with await anyio.connect_unix(self.socket) as stream:
            client = Client(stream, name)
            await client.greet()
            yield client

    def journal(self) -> list[Event]:
        """Every event of the journal, which must be whole but for its end."""
        found = list(read_events(self.folder.journal))
        events = [event for event in found if not isinstance(event, BadLine)]
        bad = [each for each in found if isinstance(each, BadLine)]
        assert not bad or (len(bad) == 1 and "torn" in bad[0].reason), bad
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        return events

    def journal_lines(self) -> list[bytes]:
        """The same as lines."""
        return self.folder.journal.read_bytes().split(b"\n")[:-1]

    def replayed(self) -> RunState:
        """The state the journal makes."""
        return replay(self.journal())


@dataclass
class Bench:
    """Where hosts are started: a home, a workspace, and an environment."""

    home: Home
    workspace: Path
    environ: dict[str, str] = field(default_factory=dict)
    mode: PermissionMode | None = None
    harness: str = "demo"
    task: str = "review the staged diff for regressions"

    def write_home(self, name: str, content: str) -> Path:
        """A file in the home folder."""
        self.home.root.mkdir(mode=0o700, exist_ok=True)
        path = self.home.root / name
        path.write_text(content)
        return path

    def put_on_path(self, name: str, script: str) -> None:
        """A shell script that hosts find instead of the program `name`, also those that are running."""
        folder = self.workspace.parent / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / f".{name}"
        path.write_text("#!/bin/sh\n" + script.replace("{real}", shutil.which(name) or name))
        path.chmod(0o755)
        path.rename(folder / name)

    def processes_with(self, word: str) -> list[psutil.Process]:
        """Processes of this whole machine one of whose arguments is `word`: it must be this test's own."""
        return [each for each in psutil.process_iter(["cmdline"]) if word in (each.info["cmdline"] or [])]

    @asynccontextmanager
    async def host(self, run_id: str = "", *, task: str = "", cwd: str = "") -> AsyncIterator[Host]:
        """A host that has not been told anything yet. It is killed at the end if it still lives."""
        start = RunStart(
            id=new_id("cmd"),
            run_id=run_id or new_id("run"),
            task=task or self.task,
            cwd=cwd or str(self.workspace),
            harness=self.harness,
            permission_mode=self.mode,
        )
        errors = self.workspace.parent / f"{start.run_id[:40].replace('/', '_')}.stderr"
        with errors.open("ab") as stderr:
            process = await anyio.open_process(
                HOST,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=self.workspace,
                env=environment(self.home, self.workspace.parent / "bin", self.environ),
                start_new_session=True,
            )
        try:
            client = Client(_Pipes(process))
            yield Host(process, client, start, self.home.run(start.run_id), errors)
        finally:
            with anyio.CancelScope(shield=True):
                if process.returncode is None:
                    _kill_with_all_it_started(process.pid)
                await process.aclose()

    @asynccontextmanager
    async def run(self, run_id: str = "", *, task: str = "") -> AsyncIterator[Host]:
        """A host whose run has begun and is followed: its first agent is there."""
        async with self.host(run_id, task=task) as host:
            await host.begin()
            await host.client.until(AgentSpawned)
            yield host


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; empty when it has ended, as it may while one looks."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def goes_on(process: psutil.Process) -> bool:
    """Whether it has not ended yet; one that nobody has waited for has."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _kill_with_all_it_started(pid: int) -> None:
    """For a host that a failed test leaves behind: nothing of it may reach the next one."""
    try:
        host = psutil.Process(pid)
        family = [host, *host.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def environment(home: Home, programs: Path, more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with another home, and nothing that changes what git or a run does."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOGPLEX_", "CODEX_", "GIT_"))
    }
    return {
        **kept,
        "MOGPLEX_HOME": str(home.root),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PATH": f"{programs}:{os.environ['PATH']}",
        **more,
    }


def without_live(state: RunState) -> RunState:
    """The state without what is being written at the moment, as the journal tells it."""
    return evolve(state, live=Live())
