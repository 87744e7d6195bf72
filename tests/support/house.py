"""A home folder with a real daemon and real runs in it."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import psutil

from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.commands.session import Attach
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.ids import new_id
from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.sockets import socket_path
from mogplex_daemon.runs.catalog import list_runs
from mogplex_daemon.runs.metadata import RunMetadata, load_metadata
from tests.support.repository import make_repository
from tests.support.run_host import PATIENCE_SECONDS, Client

DAEMON = (sys.executable, "-P", "-m", "mogplex_daemon")


@dataclass
class House:
    """Where a daemon lives; `close` ends it and every run it left."""

    home: Home
    repository: Path
    more: dict[str, str] = field(default_factory=dict)
    """Environment of every process, beside MOGPLEX_HOME."""
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    pids: set[int] = field(default_factory=set)
    """Daemons that were seen, to be ended however they were left."""

    @classmethod
    def build(cls, folder: Path, *, home: Path | None = None) -> "House":
        """A house in `folder`, with a repository that has something staged."""
        return cls(Home(home or folder / "home"), make_repository(folder / "repo"))

    @property
    def env(self) -> dict[str, str]:
        """The environment of a person who lives here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MOGPLEX_")}
        return {**kept, "MOGPLEX_HOME": str(self.home.root), **self.more}

    @property
    def socket(self) -> Path:
        """Where its daemon listens when nobody chose another place."""
        return socket_path(self.home.daemon_socket)

    def daemon(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """`mogplex-daemon`, to its end."""
        done = subprocess.run(
            [*DAEMON, *words],
            env={**self.env, **more},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        self._note()
        return done

    def start(self) -> int:
        """A daemon that takes clients, as `mogplex-daemon start` leaves it; its pid."""
        ensure_private_dir(self.home.daemon_log.parent)
        with self.home.daemon_log.open("ab") as log:
            process = subprocess.Popen(
                [*DAEMON, "serve", "--ready"],
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self.children.append(process)
        assert process.stdout is not None
        with process.stdout as stdout:
            assert stdout.readline() == b"ready\n", self.home.daemon_log.read_text()
        return process.pid

    def crash(self) -> None:
        """`kill -9` of the daemon."""
        kill(self.pid)

    @property
    def pid(self) -> int:
        """The process that holds the lock, or held it last."""
        return int(self.home.daemon_lock.read_text())

    @property
    def status(self) -> dict[str, object]:
        """What the daemon says of itself."""
        return json.loads(self.daemon("status", "--json").stdout)

    @asynccontextmanager
    async def client(self, name: str = "ada", socket: Path | None = None) -> AsyncIterator[Client]:
        """A client of the daemon that has said hello."""
        async with await anyio.connect_unix(socket or self.socket) as stream:
            client = Client(stream, name)
            await client.send(client.hello)
            yield client

    async def start_run(self, client: Client, task: str = "review the staged diff", **env: str) -> str:
        """A run of the demo harness; its id."""
        command = RunStart(
            id=new_id("cmd"),
            task=task,
            cwd=str(self.repository),
            harness="demo",
            env={**self.env, **env},
        )
        answer = await client.ask(command)
        assert isinstance(answer, CommandAccepted), answer
        return answer.message

    def host_pid(self, run_id: str) -> int:
        """The process of a run's host."""
        pid = self._metadata(run_id).pid
        assert pid is not None
        return pid

    def host_socket(self, run_id: str) -> Path:
        """Where a run's host listens."""
        return Path(self._metadata(run_id).socket)

    def close(self) -> None:
        """End everything."""
        self._note()
        for pid in {*self.pids, *(child.pid for child in self.children)}:
            _end(pid, signal.SIGTERM, signal.SIGCONT)
        for record in list_runs(self.home):
            if record.alive and record.metadata.pid is not None:
                _end(record.metadata.pid)
        for child in self.children:
            child.wait()

    def _metadata(self, run_id: str) -> RunMetadata:
        metadata = load_metadata(self.home.run(run_id).metadata)
        assert metadata is not None
        return metadata

    def _note(self) -> None:
        try:
            self.pids.add(self.pid)
        except (OSError, ValueError):
            return


def attach(run_id: str, *, after_seq: int | None = None, observe: bool = False) -> Attach:
    """Follow that run."""
    return Attach(id=new_id("cmd"), run_id=run_id, after_seq=after_seq, observe=observe)


async def approve_the_rest(client: Client) -> None:
    """Until the run has completed; the daemon's connection stays open then."""
    while True:
        event = await client.until(ApprovalRequested, RunStatusChanged)
        if isinstance(event, RunStatusChanged):
            assert event.status == "completed"
            return
        await client.send_decision(event, approve=True)


def kill(pid: int, *numbers: signal.Signals) -> None:
    """Send signals, SIGKILL if none is named, and wait for the end."""
    for number in numbers or (signal.SIGKILL,):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    ended(pid)


def ended(pid: int) -> None:
    """Wait for the end of a process, however late its parent hears of it."""
    with suppress(ProcessLookupError):
        process = os.pidfd_open(pid)
        try:
            assert select.select([process], [], [], PATIENCE_SECONDS)[0], f"process {pid} does not end"
        finally:
            os.close(process)


def _end(pid: int, *numbers: signal.Signals) -> None:
    """Only what is ours: a pid may have been given to somebody else since."""
    with suppress(psutil.NoSuchProcess):
        if any("mogplex_daemon" in word for word in psutil.Process(pid).cmdline()):
            kill(pid, *numbers)
