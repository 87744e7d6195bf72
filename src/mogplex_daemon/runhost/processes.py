"""Running a command and ending it with everything it started, also what left its session or its parent."""

import math
import os
import secrets
import subprocess
from codecs import getincrementaldecoder
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.abc
import anyio.to_thread

from mogplex_daemon.runhost.kept_text import KeptText
from mogplex_daemon.runhost.process_tree import MARKER, RUN_MARKER, kill_tree, reap_group
from mogplex_daemon.runhost.sandbox.launch import Launch
from mogplex_daemon.runhost.sandbox.level import Sandbox

DROPPED = frozenset(("MOGPLEX_API_KEY",))
FIXED = {"GIT_TERMINAL_PROMPT": "0", "PAGER": "cat"}
"""No command may wait for keys that nobody can press."""
DRAIN_SECONDS = 0.5
"""How long output is still awaited after the command itself ended."""
KEPT_CHARACTERS = 100_000
CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class CommandEnd:
    """How a command ended. `exit_code` is None after a timeout, 128 + n after signal n."""

    exit_code: int | None
    output: str
    """stdout and stderr in order; of a long output the head and the tail, with a line that says so."""
    timed_out: bool
    left_behind: int
    """Processes the command had left running, which were ended with it."""


class CommandNotStarted(Exception):
    """The command could not be started at all; the message says why."""


@dataclass(frozen=True, slots=True)
class ProcessRunner:
    """Runs commands without a terminal, in a session of their own."""

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    run_folder: str = ""
    """Whose commands they are: by it they are found and ended when their host is killed."""

    async def run(
        self,
        argv: Sequence[str],
        cwd: Path,
        timeout: float,
        on_output: Callable[[str], Awaitable[None]],
        sandbox: Sandbox | None = None,
    ) -> CommandEnd:
        """Run `argv` in `cwd` for at most `timeout` seconds, handing output to `on_output` as it comes.

        With a sandbox it is confined to that, and not started where that cannot be. However it ends, also by
        cancellation, no process of it is left. Raises CommandNotStarted.
        """
        marker = secrets.token_hex(8)
        reading, writing = os.pipe()
        try:
            os.set_blocking(reading, False)
            try:
                environ = command_environment(self.environment, marker, self.run_folder)
                with nullcontext(Launch(tuple(argv))) if sandbox is None else sandbox.launch(argv) as launch:
                    # Given up while it is being started, it would be closed without what it started.
                    with anyio.fail_after(None, shield=True):
                        process = await anyio.open_process(
                            launch.argv,
                            stdin=subprocess.DEVNULL,
                            stdout=writing,
                            stderr=writing,
                            cwd=cwd,
                            env={**environ, **launch.environ},
                            start_new_session=True,
                            pass_fds=launch.pass_fds,
                        )
            except (OSError, ValueError) as error:
                raise CommandNotStarted(f"the command could not be started: {error}") from error
            finally:
                os.close(writing)
            return await _follow(
                process,
                _Output(reading),
                marker,
                timeout,
                on_output,
                sandbox is not None and sandbox.leaves_orphan,
            )
        finally:
            os.close(reading)


class _Output:
    """The reading end of a command's output. `end` stops waiting for more, not reading what is there."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = anyio.CancelScope()
        self._ended = False

    async def read(self) -> bytes:
        """The next output; empty when no process holds the other end, or after `end` when none is left."""
        while True:
            try:
                return os.read(self._descriptor, CHUNK_BYTES)
            except BlockingIOError:
                if self._ended:
                    return b""
                with anyio.CancelScope() as self._waiting:
                    await anyio.wait_readable(self._descriptor)

    def end(self) -> None:
        self._ended = True
        self._waiting.cancel()


async def _follow(
    process: anyio.abc.Process,
    output: _Output,
    marker: str,
    timeout: float,
    on_output: Callable[[str], Awaitable[None]],
    leaves_orphan: bool,
) -> CommandEnd:
    kept = KeptText(KEPT_CHARACTERS)
    drained = anyio.Event()
    left_behind = 0

    async def pump() -> None:
        decoder = getincrementaldecoder("utf-8")("replace")
        while chunk := await output.read():
            if text := decoder.decode(chunk):
                kept.add(text)
                await on_output(text)
        kept.add(decoder.decode(b"", final=True))
        drained.set()

    with anyio.move_on_after(timeout) as limit:
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(pump)
                await process.wait()
                limit.deadline = math.inf
                if leaves_orphan:
                    await _reaped(process.pid)
                with anyio.move_on_after(DRAIN_SECONDS):
                    await drained.wait()
                # Whatever still holds the output open, or runs on silently, was left in the background.
                left_behind = await kill_tree(process.pid, marker)
                output.end()
        finally:
            if process.returncode is None:
                await kill_tree(process.pid, marker)
                with anyio.CancelScope(shield=True):
                    await process.wait()
                    if leaves_orphan:
                        await _reaped(process.pid)
    timed_out = limit.cancelled_caught
    code = None if timed_out else exit_code(process.returncode or 0)
    return CommandEnd(code, kept.text(), timed_out, left_behind)


async def _reaped(pid: int) -> None:
    with anyio.move_on_after(DRAIN_SECONDS):
        await anyio.to_thread.run_sync(reap_group, pid, abandon_on_cancel=True)


def command_environment(environment: Mapping[str, str], marker: str, run_folder: str) -> dict[str, str]:
    """What a command sees: everything but Mogplex's own credential, no pager, no prompts of git."""
    return marked_environment(environment, marker, run_folder) | FIXED


def marked_environment(environment: Mapping[str, str], marker: str, run_folder: str) -> dict[str, str]:
    """An environment without Mogplex's own credential, with the marks its processes are found by."""
    passed = {name: value for name, value in environment.items() if name not in DROPPED}
    return {**passed, MARKER: marker, RUN_MARKER: run_folder}


def exit_code(returncode: int) -> int:
    """As a shell counts: 128 + n after signal n."""
    return 128 - returncode if returncode < 0 else returncode
