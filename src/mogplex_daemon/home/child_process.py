"""Short-lived programs of our own. Whoever stops waiting for one ends it, and its end stays asyncio's to collect.

Closing a process that is being cancelled, or killing it through `Popen`, asks for its status beside asyncio's
watcher; when it has just ended, that takes the status away from it: the exit code is lost, and asyncio says
"Unknown child process" on stderr, which is a run's log or somebody's screen. So it is killed by its id here,
which is still its own while asyncio has told no exit, and then waited for.
"""

import os
import signal
import subprocess
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import anyio.abc


@asynccontextmanager
async def child_process(
    command: Sequence[str],
    *,
    stdin: int = subprocess.PIPE,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.DEVNULL,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    start_new_session: bool = False,
) -> AsyncGenerator[anyio.abc.Process]:
    """The process, which is killed with the context if it has not ended. Raises OSError."""
    # One that is given up while it is being started would be closed by asyncio itself, in the same way.
    with anyio.fail_after(None, shield=True):
        process = await anyio.open_process(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=cwd,
            env=env,
            start_new_session=start_new_session,
        )
    try:
        yield process
    finally:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            await process.wait()
            await process.aclose()


async def run_child(
    command: Sequence[str],
    *,
    input: bytes = b"",
    keep_stdout: bool = True,
    keep_stderr: bool = False,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    start_new_session: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end, with what it wrote and was to be kept. Raises OSError when it cannot be started.

    What is kept ends when every process that shares the pipe has ended.
    """
    async with child_process(
        command,
        stdin=subprocess.PIPE if input else subprocess.DEVNULL,
        stdout=subprocess.PIPE if keep_stdout else subprocess.DEVNULL,
        stderr=subprocess.PIPE if keep_stderr else subprocess.DEVNULL,
        cwd=cwd,
        env=env,
        start_new_session=start_new_session,
    ) as process:
        written = bytearray()
        complained = bytearray()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_feed, process.stdin, input)
            tasks.start_soon(_drain, process.stderr, complained)
            tasks.start_soon(_drain, process.stdout, written)
        code = await process.wait()
    return subprocess.CompletedProcess(command, code, bytes(written), bytes(complained))


async def _feed(stream: anyio.abc.ByteSendStream | None, data: bytes) -> None:
    """A program need not read what it is given."""
    if stream is not None:
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            await stream.send(data)
            await stream.aclose()


async def _drain(stream: anyio.abc.ByteReceiveStream | None, into: bytearray) -> None:
    if stream is not None:
        async for chunk in stream:
            into += chunk
