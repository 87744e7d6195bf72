"""An agent program of a harness: lines over its stdio, and its end, with everything it started."""

import os
import secrets
import shutil
import subprocess
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import anyio.abc

from mogplex_contracts.framing import LineSplitter, Oversized
from mogplex_contracts.text import visible
from mogplex_daemon.harness.base import AgentCommand, AgentGone, AgentNotStarted
from mogplex_daemon.runhost.process_tree import kill_tree
from mogplex_daemon.runhost.processes import exit_code, marked_environment

LEAVING_SECONDS = 2.0
"""How long a program may take to leave by itself once its stdin is closed."""
STDERR_CHARACTERS = 8_192


@asynccontextmanager
async def running_agent(command: AgentCommand, cwd: Path, run_folder: Path) -> AsyncGenerator["RunningAgent"]:
    """Run `command` in `cwd` for the run in `run_folder`; leaving the context ends it and all it started.

    Raises AgentNotStarted.
    """
    marker = secrets.token_hex(8)
    process = await _start(command, cwd, marker, run_folder)
    agent = RunningAgent(process, command.line_limit)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(agent.drain_stderr)
            try:
                yield agent
            finally:
                with anyio.CancelScope(shield=True):
                    await agent.close_input()
                    with anyio.move_on_after(LEAVING_SECONDS):
                        await process.wait()
                    # Also when it left by itself: what it started may have stayed.
                    await kill_tree(process.pid, marker)
                    await process.wait()
                tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await process.aclose()


class RunningAgent:
    """The AgentProgram of one process."""

    def __init__(self, process: anyio.abc.Process, line_limit: int) -> None:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        self._process = process
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._splitter = LineSplitter(line_limit)
        self._lines: deque[bytes | Oversized] = deque()
        self._said = ""
        self._sending = anyio.Lock()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        returned = self._process.returncode
        return None if returned is None else exit_code(returned)

    @property
    def stderr_tail(self) -> str:
        """The last of what it said on stderr, fit to be shown."""
        return visible(self._said)

    async def send(self, line: bytes) -> None:
        """Send one line, whole even with several senders. Raises AgentGone."""
        async with self._sending:
            try:
                await self._stdin.send(line + b"\n")
            except (OSError, anyio.ClosedResourceError, anyio.BrokenResourceError) as error:
                raise AgentGone("the agent does not read any more") from error

    async def receive(self) -> bytes | Oversized | None:
        """The next line of its stdout; None when that has ended."""
        while not self._lines:
            try:
                data = await self._stdout.receive()
            except (OSError, anyio.EndOfStream, anyio.ClosedResourceError, anyio.BrokenResourceError):
                torn = self._splitter.finish()
                if torn is None:
                    return None
                self._splitter = LineSplitter()
                self._lines.append(torn if isinstance(torn, Oversized) else torn.data)
                break
            for line in self._splitter.feed(data):
                self._lines.append(line if isinstance(line, Oversized) else line.data)
        return self._lines.popleft()

    async def close_input(self) -> None:
        """End its stdin."""
        with suppress(OSError, anyio.ClosedResourceError, anyio.BrokenResourceError):
            await self._stdin.aclose()

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        return exit_code(await self._process.wait())

    async def drain_stderr(self) -> None:
        """Keep the tail of what it says on stderr, for as long as it says something."""
        decoder = getincrementaldecoder("utf-8")("replace")
        with suppress(OSError, anyio.EndOfStream, anyio.ClosedResourceError, anyio.BrokenResourceError):
            while True:
                piece = decoder.decode(await self._stderr.receive())
                self._said = (self._said + piece)[-STDERR_CHARACTERS:]


async def _start(command: AgentCommand, cwd: Path, marker: str, run_folder: Path) -> anyio.abc.Process:
    environ = _environment(command.environ, marked_environment(os.environ, marker, str(run_folder.resolve())))
    name, *arguments = command.argv
    program = shutil.which(name, path=environ.get("PATH"))
    if program is None:
        raise AgentNotStarted(f"{name} is not installed, or not on PATH")
    try:
        # Given up while it is being started, it would be closed without what it started.
        with anyio.fail_after(None, shield=True):
            return await anyio.open_process(
                [program, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=environ,
                start_new_session=True,
            )
    except (OSError, ValueError) as error:
        raise AgentNotStarted(f"{program} could not be started: {error}") from error


def _environment(changes: Mapping[str, str | None], marked: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in marked.items() if name not in changes}
    return kept | {name: value for name, value in changes.items() if value is not None}
