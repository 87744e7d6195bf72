"""One run of an agent under test, and the proof that it leaves nothing behind."""

import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
import psutil

from mogplex_contracts.commands.run import AgentInterrupt
from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.events.notice import Error
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_daemon.home.paths import Home
from tests.agents.agent_under_test import AgentUnderTest, World
from tests.support.run_host import PATIENCE_SECONDS, Bench, Client, Host, goes_on, words_of

PIPE = "up"
"""Through it the slow command says that it runs."""
SLEEP = f"300.{os.getpid()}"
SLOW = f"echo up > {PIPE}; exec sleep {SLEEP}"


@dataclass
class Stage:
    """One run of an agent, begun and followed."""

    agent: AgentUnderTest
    world: World
    host: Host
    client: Client
    outside: Path
    """A folder outside the workspace."""

    async def approve_all(self) -> list[ApprovalRequested]:
        """Approve everything until the host leaves."""
        return await self.client.to_the_end(lambda request: True)

    async def asked(self) -> ApprovalRequested:
        """The next thing a person has to decide."""
        return await self.client.until(ApprovalRequested)

    async def interrupt(self) -> None:
        """Interrupt the agent."""
        agent_id = self.client.of(AgentSpawned)[0].agent_id
        answer = await self.client.ask(AgentInterrupt(agent_id=agent_id))
        assert isinstance(answer, CommandAccepted), answer

    def program(self) -> psutil.Process:
        """The agent's own process."""
        children = psutil.Process(self.host.process.pid).children()
        living = [child for child in children if goes_on(child)]
        assert len(living) == 1, living
        return living[0]

    def ended(self, status: str) -> None:
        """The run has this status, and its journal is whole and says so."""
        assert self.client.of(RunStatusChanged)[-1].status == status, self.client.of(Error)
        assert self.host.replayed().status == status

    @property
    def errors(self) -> dict[str, str]:
        """Messages of all errors, by code."""
        return {event.code: event.message for event in self.client.of(Error)}

    @property
    def finished(self) -> dict[str, ToolFinished]:
        """How each command ended, by its text."""
        ends = {event.call_id: event for event in self.client.of(ToolFinished)}
        return {
            event.target: ends[event.call_id]
            for event in self.client.of(ToolStarted)
            if event.call_id in ends
        }


@asynccontextmanager
async def staged(
    agent: AgentUnderTest, world: World, root: Path, outside: Path, config: str
) -> AsyncIterator[Stage]:
    """A run that has begun, in a workspace and a home of its own."""
    workspace = root / "workspace"
    workspace.mkdir(exist_ok=True)
    subprocess.run(("git", "init", "-q", str(workspace)), check=True)
    (workspace / "README.md").write_text("# demo\n")
    os.mkfifo(workspace / PIPE)
    bench = Bench(Home(root / "home"), workspace, dict(world.environ), "approval", agent.harness, "begin")
    if config:
        bench.write_home("config.toml", config)
    async with bench.host() as host:
        client = await host.begin()
        yield Stage(agent, world, host, client, outside)


def listing(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every file below a folder, with its size, the time it was changed, and its mode."""
    found: dict[str, tuple[int, int, int]] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found[str(path.relative_to(folder))] = (status.st_size, status.st_mtime_ns, status.st_mode)
    return found


def left_behind(folder: Path) -> list[str]:
    """Processes that work for a run which is over: their environment names its folder."""
    found: list[str] = []
    for process in psutil.process_iter():
        try:
            environ = process.environ()
        except psutil.Error:
            continue
        if process.pid != os.getpid() and any(str(folder) in value for value in environ.values()):
            found.append(" ".join(words_of(process)) or f"process {process.pid}")
    return found


async def running(stage: Stage) -> None:
    """Wait until the slow command runs: it says so through a pipe in the workspace."""
    if stage.agent.asks_all:
        await stage.client.decide(await stage.asked(), approve=True)
    pipe = Path(stage.host.start.cwd) / PIPE
    with anyio.fail_after(PATIENCE_SECONDS):
        await anyio.to_thread.run_sync(pipe.read_text, abandon_on_cancel=True)


def sleepers() -> list[psutil.Process]:
    """The slow commands that run now."""
    return [each for each in psutil.process_iter(["cmdline"]) if SLEEP in (each.info["cmdline"] or [])]


def sleeping() -> bool:
    """Whether the slow command runs, and goes on running: one that was killed may take a moment to be gone."""
    return bool(psutil.wait_procs(sleepers(), PATIENCE_SECONDS)[1])
