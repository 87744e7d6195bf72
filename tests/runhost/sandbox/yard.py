"""A workspace with a repository, and beside it what a command must not reach: files, sockets, a process, a secret."""

import json
import os
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mogplex_daemon.runhost.sandbox.level import Method
from mogplex_daemon.runhost.sandbox.policy import SYSTEM_TEMPORARY, SandboxRules, policy_now, sandbox_rules

INSIDE = Path(__file__).with_name("inside.py")
PYTHON = "/usr/bin/python3"
OTHER_USER = 4242


@dataclass(frozen=True)
class Yard:
    root: Path
    uid: int

    @property
    def workspace(self) -> Path:
        return self.root / "work"

    @property
    def outside(self) -> Path:
        return self.root / "outside"

    @property
    def temporary(self) -> Path:
        return self.root / "run/tmp"

    @property
    def home(self) -> Path:
        return self.root / "home"

    def rules(self, **chosen: object) -> SandboxRules:
        return sandbox_rules(
            self.workspace, self.temporary, self.home / ".mogplex", {"HOME": str(self.home)}, **chosen
        )

    def run(
        self,
        method: Method,
        *argv: str,
        rules: SandboxRules | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the sandbox as the yard's user."""
        become = (
            ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups"] if self.uid else []
        )
        with method.launch(argv, policy_now(rules or self.rules())) as launch:
            return subprocess.run(
                [*become, *launch.argv],
                cwd=self.workspace,
                env={
                    "PATH": "/usr/local/bin:/usr/bin:/bin",
                    "HOME": str(self.home),
                    "LANG": "C.UTF-8",
                    **launch.environ,
                    **(environ or {}),
                },
                pass_fds=launch.pass_fds,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
                start_new_session=True,
            )


@contextmanager
def make_yard(uid: int) -> Iterator[Yard]:
    """A yard of its own, owned by `uid`. Not below /tmp, whose place a private folder takes in the sandbox."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="mogplex-yard-") as folder:
        yard = Yard(Path(folder).resolve(), uid)
        for each in (
            yard.workspace,
            yard.outside,
            yard.temporary,
            yard.home / ".ssh",
            yard.home / ".mogplex",
        ):
            each.mkdir(parents=True)
        (yard.outside / "existing").write_text("precious")
        (yard.home / ".ssh/id").write_text("password one")
        (yard.home / ".cache").mkdir()
        (yard.home / ".cache/wheel").write_text("cached")
        subprocess.run(["git", "init", "-q", str(yard.workspace)], check=True)
        for each in (yard.root, *yard.root.rglob("*")):
            os.lchown(each, uid, uid)
        yard.root.chmod(0o755)
        yield yard


def escapes(yard: Yard, method: Method) -> list[str]:
    """Every check the command inside passed or failed, and two that only the host can see."""
    word = "password one"
    abstract = f"\0{secrets.token_hex(8)}"
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = tcp.getsockname()[1]
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", port))
        for name, kind in (("socket", socket.SOCK_STREAM), ("datagrams", socket.SOCK_DGRAM)):
            file = stack.enter_context(socket.socket(socket.AF_UNIX, kind))
            file.bind(str(yard.outside / name))
            if kind == socket.SOCK_STREAM:
                file.listen()
            (yard.outside / name).chmod(0o777)
        hidden = stack.enter_context(socket.socket(socket.AF_UNIX))
        hidden.bind(abstract)
        hidden.listen()
        process = subprocess.Popen(["sleep", "100"], user=yard.uid)
        stack.callback(process.wait)
        stack.callback(process.kill)
        given = {
            "workspace": str(yard.workspace),
            "temporary": str(SYSTEM_TEMPORARY if method.name == "bubblewrap" else yard.temporary),
            "outside": str(yard.outside),
            "port": port,
            "pid": process.pid,
            "secret": str(yard.home / ".ssh/id"),
            "word": word,
            "abstract": abstract,
            "network": str(Path("/proc/self/ns/net").readlink()),
        }
        done = yard.run(method, PYTHON, "-I", "-S", "-c", INSIDE.read_text(), json.dumps(given))
        udp.setblocking(False)
        try:
            heard = udp.recv(10)
        except BlockingIOError:
            heard = b""
    lines = done.stdout.splitlines()
    lines.append(f"{'no' if heard else 'ok'} send a datagram to the host: {heard!r}")
    whole = (yard.outside / "existing").read_text() == "precious"
    lines.append(f"{'ok' if whole else 'no'} the file outside is whole")
    assert not done.stderr, done.stderr
    return lines
