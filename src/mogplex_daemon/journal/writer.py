"""Appends lines to a journal: journal first, group commit, nothing half-written.

Whoever appends waits until the line is in the file (and, if it asked for that, on the disk). All lines that
arrive while a write is under way go out together in the next one. When the file cannot be written (a full
disk), the lines are kept, everyone waits, and the write is tried again: nothing is lost and nothing is
acknowledged that is not written.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.to_thread

FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 30.0


@dataclass(eq=False)
class _Batch:
    lines: list[bytes] = field(default_factory=list[bytes])
    durable: bool = False
    written: anyio.Event = field(default_factory=anyio.Event)


@dataclass(frozen=True, slots=True)
class Blocked:
    """The journal cannot be written now; it will be tried again."""

    path: Path
    error: OSError

    @property
    def message(self) -> str:
        """What happened, where, and what to do now."""
        return (
            f"cannot write {self.path}: {self.error.strerror}; the run waits and nothing is lost. "
            "Free some space (or mend the folder), and it goes on by itself"
        )


class JournalWriter:
    """The one writer of a journal. `run` must be running, in a task its owner ends, for appends to finish."""

    def __init__(
        self,
        path: Path,
        *,
        on_written: Callable[[list[bytes]], None],
        on_blocked: Callable[[Blocked | None], None],
    ) -> None:
        """Open `path`, which must have no torn tail, creating it 0600 if needed; raises OSError.

        `on_written` gets each batch of lines right after it is in the file, before anyone who appended
        goes on. `on_blocked` hears of the first failure of a write, and None when it worked again.
        """
        self._path = path
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._fd).st_size
        self._on_written = on_written
        self._on_blocked = on_blocked
        self._batch = _Batch()
        self._wake = anyio.Event()
        self._retry = anyio.Event()
        self._closing = False

    @property
    def size(self) -> int:
        """Bytes of whole, written lines."""
        return self._size

    async def append(self, line: bytes, *, durable: bool = False) -> None:
        """Return when `line` (without newline) is in the file; with `durable`, when it is on the disk."""
        batch = self._batch
        batch.lines.append(line)
        batch.durable = batch.durable or durable
        self._wake.set()
        await batch.written.wait()

    def retry_now(self) -> None:
        """Try a write that failed again at once, because somebody says the reason is gone."""
        self._retry.set()

    async def run(self) -> None:
        """Write batches until `close`."""
        while True:
            await self._wake.wait()
            self._wake = anyio.Event()
            while self._batch.lines:
                batch, self._batch = self._batch, _Batch()
                await self._write(batch)
                self._on_written(batch.lines)
                batch.written.set()
            if self._closing:
                return

    def close(self) -> None:
        """Let `run` end once everything appended so far is written."""
        self._closing = True
        self._wake.set()

    def release(self) -> None:
        """Close the file. Call when `run` has ended."""
        os.close(self._fd)

    async def _write(self, batch: _Batch) -> None:
        data = b"".join(line + b"\n" for line in batch.lines)
        pause = FIRST_RETRY_SECONDS
        blocked = False
        while True:
            try:
                if blocked:
                    os.ftruncate(self._fd, self._size)  # what the last try left, should it not be gone yet
                self._append_all(data)
                if batch.durable:
                    await anyio.to_thread.run_sync(os.fsync, self._fd)
                break
            except OSError as error:
                self._cut_back()
                if not blocked:
                    blocked = True
                    self._on_blocked(Blocked(self._path, error))
            self._retry = anyio.Event()
            with anyio.move_on_after(pause):
                await self._retry.wait()
            pause = min(pause * 2, LONGEST_RETRY_SECONDS)
        self._size += len(data)
        if blocked:
            self._on_blocked(None)

    def _append_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]

    def _cut_back(self) -> None:
        """Take a half-written batch out again, so that the file ends with a whole line."""
        try:
            os.ftruncate(self._fd, self._size)
        except OSError:
            return
