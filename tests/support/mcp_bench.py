"""The MCP servers of a run without its host: every change is kept and can be waited for."""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest

from mogplex_contracts.events import Event
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.vocabulary import McpStatus
from mogplex_daemon.harness.base import ActionRequest, McpServerSpec, Tool, ToolCall, ToolResult, Verdict
from mogplex_daemon.home.mcp_settings import McpServerSettings
from mogplex_daemon.runhost.mcp import registry
from mogplex_daemon.runhost.mcp.config import ServerList, configured_servers
from mogplex_daemon.runhost.mcp.load import LoadedServers
from mogplex_daemon.runhost.mcp.registry import McpServers
from tests.support.run_host import words_of

PATIENCE_SECONDS = 90.0


@dataclass
class McpBench:
    """A workspace, and what is configured for it; `servers` are as TOML has them."""

    workspace: Path
    servers: dict[str, dict[str, Any]] = field(default_factory=dict)
    project: dict[str, dict[str, Any]] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=lambda: Verdict("approved"))
    changes: list[McpServerChanged] = field(default_factory=list)
    asked: list[ActionRequest] = field(default_factory=list)
    output: str = ""

    def __post_init__(self) -> None:
        self._news = anyio.Event()
        self._servers: McpServers | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator["McpBench"]:
        """Servers can be used; they have ended when this is left, and nothing of them is there any more."""
        before = set(psutil.Process().children(recursive=True))
        self._servers = McpServers(
            self._read().servers,
            workspace=self.workspace,
            run_folder=self.workspace,
            gate=self._gate,
            emit=self._emit,
            read_again=self._read,
        )
        over, begun = anyio.Event(), anyio.Event()

        async def work() -> None:
            begun.set()
            await over.wait()

        with pytest.MonkeyPatch.context() as patience:
            # A machine that is slow to start them leaves no tool out.
            for seconds in ("FIRST_WAIT_SECONDS", "RULE_SECONDS"):
                patience.setattr(registry, seconds, PATIENCE_SECONDS)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._servers.run, work)
                await begun.wait()
                try:
                    yield self
                finally:
                    over.set()
        assert set(psutil.Process().children(recursive=True)) <= before

    async def tools(self) -> Sequence[Tool]:
        """What a model loop is offered now."""
        return await self._run().tools()

    async def specs(self) -> Sequence[McpServerSpec]:
        """What an agent with a client of its own is given."""
        return await self._run().specs()

    async def reconnect(self, server: str) -> str:
        """What a person asks for."""
        return await self._run().reconnect(server)

    async def call(self, tool: str, **arguments: Any) -> ToolResult:
        """Call a tool by the name a model has for it."""
        tools = {each.name: each for each in await self.tools()}
        return await tools[tool].run(ToolCall("agt_1", "call_1", self._output), arguments)

    async def until(
        self, server: str, status: McpStatus, where: Callable[[McpServerChanged], bool] = bool
    ) -> McpServerChanged:
        """The next change of `server` to `status`, from the ones that were not waited for yet."""
        with anyio.fail_after(PATIENCE_SECONDS):
            while True:
                while self.changes:
                    change = self.changes.pop(0)
                    if change.server == server and change.status == status and where(change):
                        return change
                self._news = anyio.Event()
                await self._news.wait()

    def _run(self) -> McpServers:
        assert self._servers is not None, "not running"
        return self._servers

    def _read(self) -> LoadedServers:
        lists = (self._list("user", self.servers), self._list("project", self.project))
        return LoadedServers(*configured_servers(lists, self.workspace, os.environ))

    def _list(self, origin: Any, servers: dict[str, dict[str, Any]]) -> ServerList:
        patient = {"startup_timeout": PATIENCE_SECONDS}
        made = {name: McpServerSettings.model_validate(patient | each) for name, each in servers.items()}
        return ServerList(origin, f"/{origin}.toml", made)

    async def _emit(self, event: Event) -> None:
        assert isinstance(event, McpServerChanged)
        self.changes.append(event)
        self._news.set()

    async def _gate(self, request: ActionRequest) -> Verdict:
        self.asked.append(request)
        return self.verdict

    async def _output(self, piece: str) -> None:
        self.output += piece
        self._news.set()

    async def until_output(self, text: str) -> None:
        """Wait for a call to say `text` while it works."""
        with anyio.fail_after(PATIENCE_SECONDS):
            while text not in self.output:
                self._news = anyio.Event()
                await self._news.wait()


def processes_of(*words: str) -> Sequence[psutil.Process]:
    """Processes below this one with all these words in their command line."""
    found: list[psutil.Process] = []
    for process in psutil.Process().children(recursive=True):
        line = " ".join(words_of(process))
        if all(word in line for word in words):
            found.append(process)
    return found
