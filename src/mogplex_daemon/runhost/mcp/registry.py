"""The MCP servers of one run: started when an agent first asks for their tools, and ended with the run."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

from mogplex_contracts.events import Event
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.vocabulary import McpStatus
from mogplex_daemon.harness.base import ActionRequest, McpServerSpec, Verdict
from mogplex_daemon.runhost.mcp.config import MOST_ENABLED, ConfiguredServer
from mogplex_daemon.runhost.mcp.consent import Consent, consent_request
from mogplex_daemon.runhost.mcp.load import LoadedServers
from mogplex_daemon.runhost.mcp.owner import ServerOwner
from mogplex_daemon.runhost.mcp.tools import PREFIX, RemoteTool, remote_tools
from mogplex_daemon.wire.commands import Refused

FIRST_WAIT_SECONDS = 10.0
"""How long the first model call waits for servers; what comes later is there for the next one."""
RULE_SECONDS = 1.0
"""How long it waits for rules to decide about the project's servers."""
ASKS = "waits for an approval: the project wants to use it"


class McpServers:
    """Of one run."""

    def __init__(
        self,
        servers: Sequence[ConfiguredServer],
        *,
        workspace: Path,
        run_folder: Path,
        gate: Callable[[ActionRequest], Awaitable[Verdict]],
        emit: Callable[[Event], Awaitable[object]],
        read_again: Callable[[], LoadedServers],
    ) -> None:
        """`read_again` reads the configuration anew, for a person who has changed something in it."""
        self._servers = {each.spec.name: each for each in servers}
        self._workspace = workspace
        self._run_folder = run_folder
        self._gate = gate
        self._emit = emit
        self._read_again = read_again
        self._owners: dict[str, ServerOwner] = {}
        self._consents: dict[str, Consent] = {}
        """Of the project's servers."""
        self._tasks: TaskGroup | None = None
        self._first = anyio.Lock()
        """So that agents that begin together wait together."""
        self._begun = False
        self._ours = False
        """Whether they are connected here, for a model loop."""
        self._waited = False

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work`; servers live as long as it takes, and have ended when this returns."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            try:
                await work()
            finally:
                self._tasks = None
                tasks.cancel_scope.cancel()

    async def tools(self) -> tuple[RemoteTool, ...]:
        """What can be called now. The first time, servers are started and waited for a little."""
        async with self._first:
            await self._begin(ours=True)
            if not self._waited:
                await self._wait_a_little()
                self._waited = True
        return remote_tools(self._owners.values(), self._gate)

    async def specs(self) -> tuple[McpServerSpec, ...]:
        """What an agent with a client of its own is given; waits until the project's are decided."""
        async with self._first:
            await self._begin(ours=False)
        for consent in tuple(self._consents.values()):
            await consent.decided.wait()
        return tuple(each.spec for each in self._permitted())

    def knows(self, tool: str) -> bool:
        """Whether `tool` may be the name of a tool of one of the servers."""
        return any(tool.startswith(f"{PREFIX}{name}__") for name in self._servers)

    async def reconnect(self, name: str) -> str:
        """Connect a server anew, as it is configured now; what to tell whoever asked. Raises Refused."""
        if name not in self._servers:
            names = ", ".join(self._servers) or "none"
            raise Refused("unknown_server", f"this run has no MCP server {name!r}; it has: {names}")
        if not self._ours or self._tasks is None:
            raise Refused(
                "not_ours", f"{name} is connected by the agent of this run, if at all, and not by Mogplex"
            )
        before, server = self._servers[name], self._configured_now(name)
        self._servers[name] = server
        if server.origin == "project":
            consent = self._consents.get(name)
            if consent is None or not consent.holds or server.spec != before.spec:
                await self._ask(server)
                return f"{name} waits for an approval"
            if not consent.given:
                return f"{name} waits for an approval already"
        await self._connect(server)
        return f"{name} is being connected"

    def _configured_now(self, name: str) -> ConfiguredServer:
        """The server as it is configured now, if it may be used. Raises Refused."""
        loaded = self._read_again()
        server = next((each for each in loaded.servers if each.spec.name == name), None)
        if server is None:
            why = loaded.problems[0] if loaded.problems else f"{self._servers[name].source} has it no more"
            raise Refused("server_disabled", f"{name}: {why}")
        if not server.runs:
            raise Refused("server_disabled", f"{name}: {server.disabled or server.fault}")
        if name not in self._owners and len(self._owners) >= MOST_ENABLED:
            raise Refused("server_disabled", f"{name}: this run has {MOST_ENABLED} servers; start a new run")
        return server

    async def _wait_a_little(self) -> None:
        # A person may take hours; a rule decides at once.
        with anyio.move_on_after(RULE_SECONDS):
            for consent in tuple(self._consents.values()):
                await consent.decided.wait()
        with anyio.move_on_after(FIRST_WAIT_SECONDS):
            for owner in tuple(self._owners.values()):
                await owner.tried.wait()

    async def _begin(self, *, ours: bool) -> None:
        """Tell of the servers that are not used, ask about the project's, start the others if they are `ours`."""
        if self._begun:
            return
        self._begun, self._ours = True, ours
        for server in self._servers.values():
            if not server.runs:
                await self._say(
                    server, "disabled" if server.disabled else "unavailable", server.disabled or server.fault
                )
            elif server.origin == "project":
                await self._ask(server)
            elif ours:
                await self._connect(server)

    def _permitted(self) -> Sequence[ConfiguredServer]:
        """The servers the run uses, without those of the project that are not, or not yet, consented to."""
        return [
            each
            for name, each in self._servers.items()
            if each.runs
            and (each.origin != "project" or (name in self._consents and self._consents[name].given))
        ]

    async def _connect(self, server: ConfiguredServer) -> None:
        name = server.spec.name
        if name in self._owners:
            self._owners[name].reconnect(server)
        elif self._tasks is not None:
            owner = self._owners[name] = ServerOwner(server, self._run_folder, self._emit)
            await self._say(server, "starting")
            self._tasks.start_soon(owner.run)

    async def _ask(self, server: ConfiguredServer) -> None:
        """Have it decided whether a server of the project may be used."""
        if self._tasks is not None:
            name = server.spec.name
            if name in self._owners:
                self._owners.pop(name).stop()
            consent = self._consents[name] = Consent()
            await self._say(server, "starting", ASKS)
            self._tasks.start_soon(self._consent, server, consent)

    async def _consent(self, server: ConfiguredServer, consent: Consent) -> None:
        verdict = await self._gate(consent_request(server, self._workspace))
        if self._consents[server.spec.name] is not consent:
            consent.decided.set()
            # Its configuration has changed in the meantime, and another approval is asked for that.
            return
        consent.given = verdict.allowed
        if not verdict.allowed:
            note = f": {verdict.note}" if verdict.note else ""
            await self._say(server, "disabled", f"{verdict.decision.replace('_', ' ')}{note} · r asks again")
        elif self._ours:
            await self._connect(server)
        consent.decided.set()

    async def _say(self, server: ConfiguredServer, status: McpStatus, why: str = "") -> None:
        await self._emit(
            McpServerChanged(
                server=server.spec.name,
                status=status,
                error=why or None,
                source=server.source,
                link=server.link,
            )
        )
