"""Agents that are started twice: by a run host, and directly. Each has a home, a workspace and a model on loopback."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import psutil

from benchmarks.terminal import environment
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.vocabulary import PermissionMode
from mogplex_daemon.harness.acp.agents.registry import find_agent
from mogplex_daemon.harness.acp.opening import HELLO
from mogplex_daemon.harness.claude_code import config as claude_config
from mogplex_daemon.harness.codex.binary import find_codex
from tests.agents.acp_world import gemini_world, opencode_world
from tests.agents.claude_world import claude_world
from tests.agents.codex_world import codex_world
from tests.agents.native_world import native_world
from tests.agents.script import Script

HOST = (sys.executable, "-P", "-m", "mogplex_daemon.runhost")
LEAVING_SECONDS = 1
"""How long what was killed is waited for: where nobody collects the dead of others, they never seem to leave."""
CODEX_HELLO = {
    "clientInfo": {"name": "benchmark", "title": "Benchmark", "version": "1"},
    "capabilities": {"experimentalApi": True},
}


class Surroundings(Protocol):
    """What an agent needs of its world."""

    @property
    def environ(self) -> dict[str, str]:
        """Its HOME, its PATH and its keys."""
        ...


World = Callable[[Path, Script], AbstractContextManager[Surroundings | None]]


@dataclass(frozen=True, slots=True)
class Greeting:
    """How an agent's program is started, and what is said to it for its first answer."""

    command: Callable[[Mapping[str, str]], Sequence[str]]
    """Given the environment it is started in."""
    hello: Mapping[str, Any]
    answer: bytes
    """Stands in the first answer."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """One harness."""

    name: str
    world: World
    program: Greeting | None
    """None where the host itself is the agent."""


def _codex(environ: Mapping[str, str]) -> Sequence[str]:
    return (str(find_codex(environ)), "app-server")


def _claude(_: Mapping[str, str]) -> Sequence[str]:
    return (claude_config.PROGRAM, *claude_config.ARGUMENTS)


def _acp(name: str) -> Greeting:
    hello = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": HELLO}
    return Greeting(lambda _: find_agent(name).argv, hello, b'"protocolVersion"')


HARNESSES = (
    Hosted("demo", lambda root, script: nullcontext(), None),
    Hosted("native", native_world, None),
    Hosted(
        "codex",
        codex_world,
        Greeting(_codex, {"id": 0, "method": "initialize", "params": CODEX_HELLO}, b'"userAgent"'),
    ),
    Hosted(
        "claude-code",
        claude_world,
        Greeting(
            _claude,
            {"type": "control_request", "request_id": "hello", "request": {"subtype": "initialize"}},
            b'"control_response"',
        ),
    ),
    Hosted("acp:opencode", opencode_world, _acp("opencode")),
    Hosted("acp:gemini", gemini_world, _acp("gemini")),
)


class Program:
    """A program that takes and gives lines of JSON over its stdio."""

    def __init__(self, command: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._command = command

    @property
    def process(self) -> psutil.Process:
        """The program's own process."""
        return psutil.Process(self._process.pid)

    def send(self, *messages: Mapping[str, Any]) -> None:
        """Send them together."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"".join(json.dumps(message).encode() + b"\n" for message in messages))
        self._process.stdin.flush()

    def until(self, *words: bytes) -> bytes:
        """The next line that has all these words. Raises EOFError when there is none."""
        last = b""
        for line in self:
            if all(word in line for word in words):
                return line
            last = line
        raise EOFError(f"{self._command[0]} ended before it said {words}; its last line was {last!r}")

    def __iter__(self) -> Iterator[bytes]:
        assert self._process.stdout is not None
        return iter(self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End it with everything it has started; itself first, so that it starts nothing anew."""
        family: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            family = [self.process, *self.process.children(recursive=True)]
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self._process.communicate()
        psutil.wait_procs(family, LEAVING_SECONDS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agent works in one round."""

    root: Path
    workspace: Path
    environ: dict[str, str]
    world: Any
    """What tells of the model; None for the demo, which has none."""

    def host(self, harness: str, mode: PermissionMode) -> Program:
        """A run host that was told to start a run and to tell of it."""
        run_id = new_id("run")
        program = Program(HOST, self.workspace, self.environ)
        program.send(
            _command("hello", protocol=PROTOCOL.model_dump(), client_id=new_id("cli")),
            _command(
                "run_start", run_id=run_id, task="begin", cwd=str(self.workspace), harness=harness,
                permission_mode=mode,
            ),
            _command("attach", run_id=run_id, after_seq=0),
        )  # fmt: skip
        return program


def _command(type: str, **fields: Any) -> dict[str, Any]:
    return {"v": 1, "id": new_id("cmd"), "type": type, **fields}


@contextmanager
def place(world: World, script: Script) -> Generator[Place]:
    """A place of its own. A script that is empty is a model that refuses."""
    with tempfile.TemporaryDirectory(prefix="mogplex-benchmark-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        workspace = root / "shop"
        subprocess.run(("git", "init", "--quiet", str(workspace)), check=True)
        (workspace / "README.md").write_text("# Shop\n", "utf-8")
        with world(root, script) as around:
            environ = environment(root) | {"MOGPLEX_HOME": str(root / "home")}
            yield Place(root, workspace, environ | (around.environ if around else {}), around)
