"""Carries MCP messages over the stdio of a program that is started for it, and ended with all it started."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import mcp_types
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage

from mogplex_contracts.framing import Oversized
from mogplex_contracts.text import one_line
from mogplex_daemon.harness.base import AgentCommand, AgentGone, McpServerSpec
from mogplex_daemon.runhost.agent_program import RunningAgent, running_agent
from mogplex_daemon.runhost.mcp.trace import TAIL_CHARACTERS, Trace
from mogplex_daemon.runhost.process_tree import MARKER, RUN_MARKER

PASSED = frozenset(
    ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER")
) | frozenset(
    (
        MARKER,
        RUN_MARKER,
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
    )
)
"""All a server sees of the environment: keys of model providers are none of its business."""
Incoming = MemoryObjectSendStream[SessionMessage | Exception]
Outgoing = MemoryObjectReceiveStream[SessionMessage]
Streams = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]

LAST_LOOK_SECONDS = 1.0
"""How long a program whose stdout has ended may take to end itself."""


@asynccontextmanager
async def program_transport(spec: McpServerSpec, run_folder: Path, trace: Trace) -> AsyncGenerator[Streams]:
    """Start the program and give the streams of its messages. Raises AgentNotStarted."""
    assert spec.cwd is not None
    kept: dict[str, str | None] = {name: None for name in os.environ if name not in PASSED}
    async with running_agent(AgentCommand(spec.argv, {**kept, **spec.env}), spec.cwd, run_folder) as program:
        incoming, messages_in = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        messages_out, outgoing = anyio.create_memory_object_stream[SessionMessage](0)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_read, program, incoming, trace)
            tasks.start_soon(_write, program, outgoing)
            try:
                yield messages_in, messages_out
            finally:
                trace.stderr = program.stderr_tail[-TAIL_CHARACTERS:]
                messages_in.close()
                messages_out.close()
                tasks.cancel_scope.cancel()


async def _read(program: RunningAgent, incoming: Incoming, trace: Trace) -> None:
    async with incoming:
        while (line := await program.receive()) is not None:
            if isinstance(line, Oversized):
                trace.noise = f"a line of {line.size} bytes, which is too long for a message"
                continue
            try:
                message = mcp_types.jsonrpc_message_adapter.validate_json(line, by_name=False)
            except ValueError:
                # Programs print banners; only what never comes to a message is worth a word.
                trace.noise = one_line(line.decode("utf-8", "replace"), 200) or trace.noise
                continue
            try:
                await incoming.send(SessionMessage(message))
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return
        with anyio.move_on_after(LAST_LOOK_SECONDS):
            await program.wait()
        trace.exit_code = program.exit_code
        trace.ended.set()


async def _write(program: RunningAgent, outgoing: Outgoing) -> None:
    async with outgoing:
        async for message in outgoing:
            line = message.message.model_dump_json(by_alias=True, exclude_unset=True)
            try:
                await program.send(line.encode())
            except AgentGone:
                return
