"""Runs git so that it only reads: no prompt, lock or network, no foreign program, bounded time and output."""

import os
import re
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream, Process

from mogplex_daemon.runhost.review.printable import printable

TIMEOUT = 60.0
"""Seconds that one git command may take."""

OUTPUT_LIMIT = 64 * 1024 * 1024
ERROR_LIMIT = 64 * 1024

FIXED_SETTINGS = (
    "core.quotepath=off",
    "core.fsmonitor=false",  # a repository could name a program here
    "core.hooksPath=/dev/null",
    "diff.autoRefreshIndex=false",  # a diff would write the index, optional locks or not
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.suppressBlankEmpty=false",
    "diff.renameLimit=1000",
    "log.showSignature=false",
)
"""Settings a person may have that would change what git prints, or run something."""

KEPT_GIT_VARIABLES = re.compile(
    r"GIT_(?:CONFIG_\w+|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)"
)
ABSOLUTE_PATH = re.compile(r"(?<![\w.])/[^\s'\"]+")


class GitMissing(Exception):
    """There is no git on PATH."""


class GitFailed(Exception):
    """Git said no. The message is git's first line, printable and without absolute paths."""


@dataclass(frozen=True, slots=True)
class GitOutput:
    """What a git command wrote. `cut`: it wrote more than the limit and was stopped there."""

    exit_code: int
    stdout: bytes
    stderr: str
    cut: bool = False

    def checked(self) -> "GitOutput":
        """Itself when git succeeded or was stopped at the limit; raises GitFailed otherwise."""
        if self.exit_code != 0 and not self.cut:
            raise GitFailed(first_line(self.stderr) or f"git ended with exit code {self.exit_code}")
        return self


async def run_git(
    root: Path,
    arguments: Sequence[str],
    *,
    stdin: bytes = b"",
    limit: int = OUTPUT_LIMIT,
    timeout: float = TIMEOUT,
    environ: Mapping[str, str] | None = None,
) -> GitOutput:
    """Run one git command in `root`, with `environ` set over what it is given anyway.

    Raises GitMissing, and GitFailed when it could not be started or took longer than `timeout` seconds.
    """
    program = shutil.which("git")
    if program is None:
        raise GitMissing
    settings = [part for setting in FIXED_SETTINGS for part in ("-c", setting)]
    command = [program, "--no-pager", "--literal-pathspecs", *settings, *arguments]
    try:
        with anyio.fail_after(timeout):
            return await _run(command, root, stdin, limit, environ or {})
    except TimeoutError:
        raise GitFailed(
            f"git {arguments[0]} took longer than {timeout:.0f} seconds and was stopped"
        ) from None
    except OSError as error:
        raise GitFailed(f"git could not be started: {error.strerror or 'unknown reason'}") from None


def first_line(text: str) -> str:
    """Git's first line of complaint, fit for a report."""
    line = next((line for line in text.split("\n") if line.strip()), "")
    return ABSOLUTE_PATH.sub("…", printable(line).removeprefix("fatal: ").removeprefix("error: ").strip())


async def _run(
    command: list[str], root: Path, stdin: bytes, limit: int, environ: Mapping[str, str]
) -> GitOutput:
    # One that is given up while it is being started would be closed by asyncio, which takes its exit status.
    with anyio.fail_after(None, shield=True):
        process = await anyio.open_process(
            command,
            cwd=root,
            env={**_environment(), **environ},
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
        )
    assert process.stdin and process.stdout and process.stderr
    errors = bytearray()
    output, cut = b"", False
    async with process:
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_feed, process.stdin, stdin)
                tasks.start_soon(_drain, process.stderr, errors)
                output, cut = await _read(process.stdout, limit)
                if cut:
                    _stop(process)
            exit_code = await process.wait()
        finally:
            _stop(process)
            # Here and not when the process is closed, which would take its exit status from under asyncio.
            with anyio.CancelScope(shield=True):
                await process.wait()
    return GitOutput(exit_code, output, errors.decode("utf-8", "replace"), cut)


async def _feed(stream: ByteSendStream, data: bytes) -> None:
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
        if data:
            await stream.send(data)
        await stream.aclose()


async def _drain(stream: ByteReceiveStream, kept: bytearray) -> None:
    async for chunk in stream:
        kept += chunk[: max(0, ERROR_LIMIT - len(kept))]


async def _read(stream: ByteReceiveStream, limit: int) -> tuple[bytes, bool]:
    output = bytearray()
    async for chunk in stream:
        output += chunk
        if len(output) > limit:
            return bytes(output[:limit]), True
    return bytes(output), False


def _stop(process: Process) -> None:
    """Kill git and every filter it started, if it still runs."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """The environment without the variables that point git elsewhere, and with those that keep it quiet."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or KEPT_GIT_VARIABLES.fullmatch(name)
    }
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }
