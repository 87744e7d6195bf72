"""Keeps one server connected: the one task that enters and leaves its connection, and tells how it is."""

import importlib
import math
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.to_thread

from mogplex_contracts.events.mcp import McpServerChanged, McpTool
from mogplex_contracts.vocabulary import McpStatus
from mogplex_daemon.runhost.mcp.config import ConfiguredServer
from mogplex_daemon.runhost.mcp.failures import CallFailed, ConnectionLost, Fault, explained
from mogplex_daemon.runhost.mcp.trace import Trace

if TYPE_CHECKING:
    from mogplex_daemon.runhost.mcp.connection import Connection

CONNECTION = "mogplex_daemon.runhost.mcp.connection"
NEW_ATTEMPTS = 4
"""How often a server is tried that never answered."""
KNOWN_ATTEMPTS = 10
"""How often one is tried that could be used before: about two minutes."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A connection that lasted this long makes up for what failed before it."""
PING_SECONDS = 30.0
PING_PATIENCE_SECONDS = 10.0
CLOSING_SECONDS = 10.0
"""How long a connection may take to be closed."""

Tell = Callable[[McpServerChanged], Awaitable[object]]


class ServerOwner:
    """One server of the run, from its start to the end of the run."""

    def __init__(self, server: ConfiguredServer, run_folder: Path, tell: Tell) -> None:
        self.server = server
        self._run_folder = run_folder
        self.status: McpStatus = "starting"
        self.tools: tuple[McpTool, ...] = ()
        """What it offers, or offered when it was last connected."""
        self.why = ""
        """Why it cannot be used."""
        self.tried = anyio.Event()
        """Set when it was tried once, whatever came of that."""
        self._tell = tell
        self._connection: Connection | None = None
        self._connecting: anyio.CancelScope | None = None
        """While it is being connected."""
        self._life = anyio.CancelScope()
        self._again = anyio.Event()
        self._lost = anyio.Event()
        self._calls = 0

    @property
    def usable(self) -> bool:
        """Whether its tools are offered: also while it is being connected anew."""
        return self.status in ("ready", "degraded")

    async def run(self) -> None:
        """Keep it connected until stopped. That it is starting is told by whoever starts this."""
        with self._life:
            await self._live()

    def stop(self) -> None:
        """Disconnect it for good."""
        self._life.cancel()

    def reconnect(self, server: ConfiguredServer) -> None:
        """Connect anew now, as the server is configured now."""
        self.server = server
        self._again.set()
        if self._connecting is not None:
            self._connecting.cancel()

    async def call(
        self, tool: str, arguments: dict[str, Any], progress: Callable[[str], Awaitable[None]]
    ) -> tuple[str, bool]:
        """Call a tool: its answer, and whether that is an error. Raises CallFailed."""
        connection = self._connection
        if connection is None:
            raise CallFailed(
                f"it is {self.status.replace('_', ' ')} now: {self.why or 'it is being connected'}"
            )
        self._calls += 1
        try:
            return await connection.call(tool, arguments, self.server.spec.call_seconds, progress)
        except ConnectionLost as lost:
            if self._connection is connection:
                self._lost.set()
            raise CallFailed(f"{lost}; it is being connected anew") from lost
        finally:
            self._calls -= 1

    async def _live(self) -> None:
        failures = 0
        while True:
            self._again = anyio.Event()
            trace, began = Trace(), time.monotonic()
            fault = await self._attempt(trace)
            self.tried.set()
            if fault is None:
                failures = 0
                await self._become("starting")
                continue
            steady = fault.status == "degraded" and time.monotonic() - began > STEADY_SECONDS
            failures = 1 if steady else failures + 1
            attempts = KNOWN_ATTEMPTS if self.tools else NEW_ATTEMPTS
            if fault.lasting or failures >= attempts:
                await self._give_up(fault, trace, failures)
                failures = 0
                await self._again.wait()
                await self._become("starting")
                continue
            await self._become(fault.status, fault.message, trace)
            with anyio.move_on_after(pause_seconds(failures)):
                await self._again.wait()

    async def _attempt(self, trace: Trace) -> Fault | None:
        """Connect and stay connected. Returns why it ended; None when a person asked for another try."""
        answered = False
        error: BaseException | None = None
        # In a thread, because it loads for most of a second and the run has other things to do.
        module = await anyio.to_thread.run_sync(importlib.import_module, CONNECTION)
        try:
            with anyio.move_on_after(self.server.spec.startup_seconds) as limit:
                self._connecting = limit
                async with module.open_connection(self.server.spec, self._run_folder, trace) as opened:
                    connection = cast("Connection", opened)
                    self.tools = await connection.tools()
                    limit.deadline, self._connecting, answered = math.inf, None, True
                    try:
                        await self._hold(connection)
                    finally:
                        limit.deadline = anyio.current_time() + CLOSING_SECONDS
            if not answered:
                error = TimeoutError()
        except Exception as failed:
            error = failed
        finally:
            self._connecting = None
        if self._again.is_set():
            return None
        return explained(self.server, error, trace, answered=answered)

    async def _hold(self, connection: "Connection") -> None:
        """Until the connection is lost, or a person wants a new one."""
        self._connection, self._lost = connection, anyio.Event()
        try:
            await self._become("ready")
            self.tried.set()
            async with anyio.create_task_group() as tasks:

                async def until(end: Callable[[], Awaitable[object]]) -> None:
                    await end()
                    tasks.cancel_scope.cancel()

                tasks.start_soon(self._follow_tools, connection)
                for end in (
                    self._again.wait,
                    self._lost.wait,
                    connection.ended,
                    lambda: self._silent(connection),
                ):
                    tasks.start_soon(until, end)
        finally:
            self._connection = None

    async def _follow_tools(self, connection: "Connection") -> None:
        """Tell its other tools; of one that changes them without end, with growing pauses: each change is journaled."""
        changes, last = 0, -math.inf
        while True:
            await connection.tools_changed()
            now = time.monotonic()
            changes, last = (changes + 1 if now - last < STEADY_SECONDS else 1), now
            tools = await connection.tools()
            if tools != self.tools:
                self.tools = tools
                await self._become("ready")
            await anyio.sleep(pause_seconds(changes))

    async def _silent(self, connection: "Connection") -> None:
        """Return when it gives no sign of life. One that works on a call need not answer beside it."""
        while True:
            await anyio.sleep(PING_SECONDS)
            if not self._calls and not await connection.ping(PING_PATIENCE_SECONDS) and not self._calls:
                return

    async def _give_up(self, fault: Fault, trace: Trace, failures: int) -> None:
        status: McpStatus = fault.status if fault.lasting else "unavailable"
        tries = "" if fault.lasting else f" · given up after {failures} tries"
        await self._become(status, fault.message + tries, trace)

    async def _become(self, status: McpStatus, why: str = "", trace: Trace | None = None) -> None:
        self.status, self.why = status, why
        server = self.server
        await self._tell(
            McpServerChanged(
                server=server.spec.name,
                status=status,
                tools=tuple(tool.name for tool in self.tools),
                described=self.tools if status == "ready" else (),
                error=why or None,
                stderr=trace.stderr if trace else "",
                exit_code=trace.exit_code if trace else None,
                source=server.source,
                link=server.link,
            )
        )


def pause_seconds(failures: int) -> float:
    """How long to wait after so many failures in a row: twice as long each time, and never in step with others."""
    pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (failures - 1))
    return pause * random.uniform(0.75, 1.25)
