"""Where faults happen: a home folder, its daemon, and runs that stand at a chosen moment."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import psutil

from mogplex_contracts.commands.run import RunPause, RunStart
from mogplex_contracts.commands.session import Attach
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce import replay
from mogplex_contracts.state import RunState
from mogplex_daemon.home.paths import Home, RunFolder
from mogplex_daemon.home.sockets import socket_path
from mogplex_daemon.journal.reader import BadLine, read_events
from mogplex_daemon.runs.catalog import find_run, list_runs
from mogplex_daemon.runs.lock import HostLock, is_held
from tests.faults.matrix import Moment
from tests.support.repository import make_repository
from tests.support.run_host import PATIENCE_SECONDS, Client, environment
from tests.support.terminal import Terminal

DAEMON = (sys.executable, "-P", "-m", "mogplex_daemon")
COCKPIT = (sys.executable, "-P", "-m", "mogplex_cli")
TICK = "tick "
STREAMING_SECONDS = 30.0
"""How old a run may be whose command is to go on through one more case."""
TICKING_GIT = """
case "$*" in *--check*) exec {python} -E -S -c '
import os, signal, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)
number = 0
while True:
    number += 1
    print("tick", number, flush=True)
    time.sleep(0.02)
' ticking
esac
exec {real} "$@"
"""
"""`git diff --check` writes a line fifty times a second, and does not end by itself."""


@dataclass(eq=False)
class Scene:
    """A run that stands at a moment."""

    folder: RunFolder
    moment: Moment
    host: int
    """Its host's process id."""
    told: list[bytes] = field(default_factory=list)
    """The journal's lines that were told to a client: acknowledged."""
    begun: float = field(default_factory=time.monotonic)

    @property
    def run_id(self) -> str:
        return self.folder.root.name

    @property
    def alive(self) -> bool:
        return lives(self.host)

    @property
    def fades(self) -> bool:
        """Whether it may soon stand elsewhere: a command is stopped two minutes after it began."""
        return self.moment == "streaming" and time.monotonic() - self.begun > STREAMING_SECONDS

    async def over(self, host: int) -> None:
        """Wait until the host, given by a pidfd, has ended, and nobody holds its lock: it is closed by then."""
        await ended(host)
        with anyio.fail_after(PATIENCE_SECONDS):
            lock = await anyio.to_thread.run_sync(
                partial(HostLock, self.folder.lock, wait=True), abandon_on_cancel=True
            )
            lock.release()

    def lost(self) -> str:
        """What of the acknowledged is not in the journal, which must be whole."""
        lines = self.folder.journal.read_bytes().split(b"\n")[:-1]
        events = list(read_events(self.folder.journal))
        if any(isinstance(event, BadLine) for event in events):
            return "the journal is damaged"
        missing = sum(line not in lines for line in self.told)
        if lines[: len(self.told)] != self.told:
            return f"{missing} of {len(self.told)} events, or their order"
        return "nothing"

    def replayed(self) -> RunState:
        """The state that the journal makes."""
        return replay(read_events(self.folder.journal))

    def command(self) -> psutil.Process:
        """The command that the run has started."""
        (command,) = ticking(self.host)
        return command


@dataclass(eq=False)
class Desk:
    """Runs are kept while they stand where they stood: what does a run no harm needs no new one."""

    folder: Path
    home: Home
    scenes: dict[Moment, Scene] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path) -> "Desk":
        """In an empty folder."""
        desk = cls(folder, Home(folder / "home"))
        for mode in ("auto", "approval"):
            make_repository(folder / mode)
        programs = folder / "bin"
        programs.mkdir()
        real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
        script = TICKING_GIT.replace("{python}", sys.executable).replace("{real}", real)
        (programs / "git").write_text(f"#!/bin/sh\n{script}")
        (programs / "git").chmod(0o755)
        return desk

    @property
    def env(self) -> dict[str, str]:
        """What every program is started with."""
        return {**environment(self.home, self.folder / "bin", {}), "MOGPLEX_TRANSPORT": "daemon"}

    @property
    def daemon(self) -> int:
        """The daemon's process id."""
        return int(self.home.daemon_lock.read_text())

    def start_daemon(self) -> None:
        """As a person does; nothing when there is one."""
        subprocess.run([*DAEMON, "start"], env=self.env, check=True, capture_output=True, timeout=60)

    def cockpit(self, run_id: str | None) -> Terminal:
        """`mogplex` in a terminal, on the daemon."""
        attach = ("--attach", run_id) if run_id else ("--harness", "demo")
        return Terminal(
            [*COCKPIT, *attach], python=sys.executable, env=self.env, cwd=self.folder / "approval"
        )

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """A client of the daemon."""
        async with await anyio.connect_unix(self.home.daemon_socket) as stream:
            client = Client(stream, "grace")
            await client.greet()
            yield client

    async def at(self, moment: Moment, *, fresh: bool = False) -> Scene:
        """A run that stands at this moment; with `fresh`, one that nobody else will use."""
        scene = None if fresh else self.scenes.get(moment)
        if scene is not None and scene.fades:
            await self.kill(scene)
        if scene is None or not scene.alive:
            scene = await self._begin(moment)
            if not fresh:
                self.scenes[moment] = scene
        return scene

    async def _begin(self, moment: Moment) -> Scene:
        mode = "auto" if moment == "streaming" else "approval"
        async with self.client() as client:
            start = RunStart(
                id=new_id("cmd"),
                run_id=new_id("run"),
                task="review the staged diff",
                cwd=str(self.folder / mode),
                harness="demo",
                permission_mode=mode,
                env=self.env,
            )
            assert isinstance(answer := await client.ask(start), CommandAccepted), answer
            await client.send(Attach(id=new_id("cmd"), run_id=start.run_id, after_seq=0))
            await come_to(moment, client)
        record = find_run(self.home, start.run_id)
        assert record is not None and record.metadata.pid is not None
        return Scene(record.folder, moment, record.metadata.pid, list(client.journaled))

    @asynccontextmanager
    async def bystander(self, scene: Scene) -> AsyncIterator[Client]:
        """Somebody who is connected to the host itself, and has been told everything up to now."""
        async with await anyio.connect_unix(socket_path(scene.folder.socket)) as stream:
            client = Client(stream, "eve")
            await client.greet()
            await client.follow(0)
            assert client.journaled[: len(scene.told)] == scene.told
            scene.told = list(client.journaled)
            yield client

    async def kill(self, scene: Scene) -> None:
        """End a run that nobody needs any more; it may just be ending by itself."""
        with suppress(ProcessLookupError):
            if not scene.alive:
                return
            host = os.pidfd_open(scene.host)
            signal.pidfd_send_signal(host, signal.SIGTERM)
            await scene.over(host)

    def lives_on(self, scene: Scene | None) -> str:
        """Which processes of the run, and which daemon, are there."""
        there = ["daemon"] if is_held(self.home.daemon_lock) else []
        if scene is not None and scene.alive:
            there += ["run host"]
            there += ["command"] if ticking(scene.host) else []
        return ", ".join(there) or "nothing"

    def left_behind(self) -> str:
        """Processes, sockets and locks that belong to no living daemon or host."""
        # Before their owners are known: a command that begins meanwhile is not among them.
        processes = self.processes()
        # By the process, not by its lock: whoever closes a run holds that for a moment.
        living = [record for record in list_runs(self.home) if lives(record.metadata.pid)]
        owners = {record.metadata.pid for record in living}
        sockets = {socket_path(record.folder.socket) for record in living}
        if is_held(self.home.daemon_lock):
            owners.add(self.daemon)
            sockets.add(self.home.daemon_socket)
        known = owners | {each.pid for pid in owners if pid for each in commands_of(pid)}
        unknown = {each.pid: name for each, name in processes.items() if each.pid not in known}
        # One that ended meanwhile had an owner, who may not tell any more.
        found = [f"process {name}" for pid, name in unknown.items() if lives(pid)]
        found += [f"socket {each.name}" for each in sockets_in(self.home.root) if each not in sockets]
        if is_held(self.home.root / "daemon.start.lock"):
            found.append("daemon.start.lock")
        return ", ".join(sorted(found)) or "nothing"

    def processes(self) -> dict[psutil.Process, str]:
        """Every living process that was started for this home folder, with its name."""
        found: dict[psutil.Process, str] = {}
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("MOGPLEX_HOME") == str(self.home.root):
                    found[process] = process.name()
        return found

    def close(self) -> None:
        """End everything; what is stopped, too."""
        subprocess.run([*DAEMON, "stop"], env=self.env, check=False, capture_output=True, timeout=60)
        for process in self.processes():
            with suppress(psutil.Error):
                process.kill()


async def come_to(moment: Moment, client: Client) -> None:
    """Do what brings a run that has just begun to the moment."""
    match moment:
        case "idle":
            return
        case "streaming":
            await client.until_output(TICK)
        case "approval pending":
            await client.until(ApprovalRequested)
        case "paused":
            request = await client.until(ApprovalRequested)
            assert isinstance(await client.ask(RunPause()), CommandAccepted)
            assert isinstance(await client.decide(request, approve=False), CommandAccepted)
            await client.until_status("paused")


def lives(pid: int | None) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return pid is not None and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def commands_of(host: int) -> list[psutil.Process]:
    """Everything a host has started."""
    try:
        return psutil.Process(host).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def ticking(host: int) -> list[psutil.Process]:
    """The command of that name among those a host has started, whatever else begins and ends beside it."""
    found: list[psutil.Process] = []
    for process in commands_of(host):
        with suppress(psutil.Error):
            if "ticking" in process.cmdline():
                found.append(process)
    return found


def sockets_in(folder: Path) -> Iterable[Path]:
    """Every socket file below a folder, in which other files come and go."""
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if stat.S_ISSOCK(path.lstat().st_mode):
                yield path


async def ended(descriptor: int) -> None:
    """Wait until the process behind a pidfd has ended."""
    try:
        with anyio.fail_after(PATIENCE_SECONDS):
            await anyio.wait_readable(descriptor)
    finally:
        os.close(descriptor)
