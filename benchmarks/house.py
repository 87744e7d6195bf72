"""A daemon with a home and a repository of its own, and a plain client of it."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.terminal import environment
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from mogplex_daemon.home.paths import Home

DAEMON = str(Path(sys.executable).with_name("mogplex-daemon"))


@dataclass(frozen=True, slots=True)
class House:
    """Lives for one benchmark."""

    home: Home
    repository: Path
    environ: dict[str, str]

    def daemon(self, word: str) -> None:
        """`mogplex-daemon start` or `stop`."""
        subprocess.run((DAEMON, word), env=self.environ, check=True, capture_output=True, timeout=60)

    @property
    def daemon_process(self) -> psutil.Process:
        """The daemon, once it is started."""
        return psutil.Process(int(self.home.daemon_lock.read_text()))

    def client(self) -> "Client":
        """A connection of its own."""
        return Client(self)


class Client:
    """Speaks the wire without knowing much of it, so that what it costs itself is little."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(60)
        self._socket.connect(str(house.home.daemon_socket))
        self._lines = self._socket.makefile("rb")
        self.send("hello", protocol=PROTOCOL.model_dump(), client_id=new_id("cli"))

    def send(self, type: str, **fields: Any) -> None:
        """Send a command."""
        command = {"v": 1, "id": new_id("cmd"), "type": type, **fields}
        self._socket.sendall(json.dumps(command).encode() + b"\n")

    def start(self, mode: str) -> str:
        """Start a run of the demo; its id."""
        run_id = new_id("run")
        self.send(
            "run_start", run_id=run_id, task="review the staged diff", cwd=str(self._house.repository),
            harness="demo", permission_mode=mode, env=self._house.environ,
        )  # fmt: skip
        self.until(b'"command_accepted"')
        return run_id

    def follow(self, run_id: str) -> None:
        """Attach to a run from its beginning."""
        self.send("attach", run_id=run_id, after_seq=0)

    def until(self, *words: bytes) -> bytes:
        """The next line that has all these words."""
        for line in self:
            if all(word in line for word in words):
                return line
        raise EOFError("the daemon has closed the connection")

    def until_the_end(self) -> None:
        """Read to the end of the run that is followed."""
        finals = tuple(f'"status":"{status}"'.encode() for status in FINAL_RUN_STATUSES)
        for line in self:
            if b'"type":"run_status_changed"' in line and any(final in line for final in finals):
                return
        raise EOFError("the daemon has closed the connection")

    def close(self) -> None:
        """End the connection."""
        self._lines.close()
        self._socket.close()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._lines)


@contextmanager
def house() -> Generator[House]:
    """A house with its daemon running; at the end nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder:
        environ = environment(Path(folder))
        it = House(Home(Path(environ["MOGPLEX_HOME"])), Path(folder, "shop"), environ)
        subprocess.run(("git", "init", "--quiet", str(it.repository)), check=True)
        (it.repository / "README.md").write_text("# Shop\n", "utf-8")
        it.daemon("start")
        try:
            yield it
        finally:
            it.daemon("stop")
            _end_hosts(it)


def _end_hosts(it: House) -> None:
    """Hosts outlive their daemon: whoever made them ends them."""
    for metadata in it.home.runs.glob("*/run.json"):
        pid = json.loads(metadata.read_text("utf-8"))["pid"]
        if pid is not None and psutil.pid_exists(pid):
            host = psutil.Process(pid)
            if str(it.home.root) in (
                host.environ().get("MOGPLEX_HOME", ""),
                os.environ.get("MOGPLEX_HOME", ""),
            ):
                host.kill()
                host.wait(10)
