"""The lines sent from the composer, kept over sessions in `state/composer_history.jsonl` (0600).

A line is appended when it is sent, with its secrets taken out, so sessions side by side lose nothing and a crash
loses nothing. The file is cut when it is read. It is a cache: what cannot be read in it is passed over.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from mogplex_cli.store.history import with_line
from mogplex_daemon.home.atomic import FILE_MODE, ensure_private_dir, write_atomic

LONGEST_CHARACTERS = 20_000
"""A longer line, such as a paste, is kept for its session only."""
MAX_BYTES = 1024 * 1024
"""A file that grew beyond is cut to its newest lines."""
KEPT_BYTES = 512 * 1024
PENDING_LINES = 100


class ComposerHistory:
    """The history of one session, beside those of others."""

    def __init__(self, path: Path, redact: Callable[[str], str]) -> None:
        self._path = path
        self._redact = redact
        self._give, self._take = _stream()
        self._newest = ""
        """What the history ended with when it was looked at last."""

    async def load(self) -> tuple[str, ...]:
        """Lines of earlier sessions, oldest first. Never raises."""
        lines = await anyio.to_thread.run_sync(load_history, self._path)
        self._newest = lines[-1] if lines else ""
        return lines

    def sent(self, history: tuple[str, ...]) -> None:
        """The session's history has grown."""
        newest = history[-1] if history else ""
        if newest != self._newest and newest:
            self._newest = newest
            if self._give.statistics().current_buffer_used < PENDING_LINES:
                self._give.send_nowait(newest)

    async def keep(self) -> None:
        """Write what is sent, until it is cancelled. A folder that cannot be written keeps nothing."""
        async with self._take:
            async for line in self._take:
                if len(line) <= LONGEST_CHARACTERS:
                    await anyio.to_thread.run_sync(append_line, self._path, self._redact(line))


def load_history(path: Path) -> tuple[str, ...]:
    """What the file says; a file that is too big is cut. Never raises."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - MAX_BYTES))
            data = file.read(MAX_BYTES)
    except OSError:
        return ()
    rows = data.split(b"\n")
    if size > MAX_BYTES:
        # The first one is torn.
        rows = rows[1:]
        _cut(path, rows)
    lines: tuple[str, ...] = ()
    for row in rows:
        line = _read(row)
        if line:
            lines = with_line(lines, line)
    return lines


def append_line(path: Path, line: str) -> None:
    """Add a line, whole or not at all. Never raises."""
    data = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        ensure_private_dir(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError:
        return


def _cut(path: Path, rows: list[bytes]) -> None:
    kept: list[bytes] = []
    room = KEPT_BYTES
    for row in reversed(rows):
        room -= len(row) + 1
        if room < 0:
            break
        kept.append(row)
    try:
        write_atomic(path, b"\n".join(reversed(kept)))
    except OSError:
        return


def _read(row: bytes) -> str:
    try:
        line = json.loads(row)
    except (ValueError, RecursionError):
        return ""
    return line if isinstance(line, str) else ""


def _stream() -> tuple[MemoryObjectSendStream[str], MemoryObjectReceiveStream[str]]:
    give, take = anyio.create_memory_object_stream[str](PENDING_LINES)
    return give, take
