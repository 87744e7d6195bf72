"""Long-term memory of a repository: texts by key, in one SQLite file that several runs may use at once."""

import os
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import anyio.to_thread

SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0
"""How long others may keep a run from it: SQLite serves nobody in order, and a disk may be slow."""
BROKEN = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    key TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    run_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
WRITE = """
INSERT INTO entries (key, text, run_id, agent, created, updated)
VALUES (:key, :text, :run_id, :agent, :now, :now)
ON CONFLICT (key) DO UPDATE SET text = :text, run_id = :run_id, agent = :agent, updated = :now
RETURNING key, text, run_id, agent, created, updated
"""
SELECT = "SELECT key, text, run_id, agent, created, updated FROM entries"

Answer = TypeVar("Answer")


class MemoryFailed(Exception):
    """The memory could not be read or written; the message names the file and the fix."""


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """One remembered text. `run_id` and `agent` wrote it last; the times are UTC in ISO 8601."""

    key: str
    text: str
    run_id: str
    agent: str
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """The memory in the file `path`, made with mode 0600 (its folder 0700) when first used.

    Every call opens the file anew, in a worker thread, so the store can be shared by tasks and processes.
    All raise MemoryFailed.
    """

    path: Path

    async def read(self, key: str) -> MemoryEntry | None:
        """The entry of `key`, None when there is none."""

        def query(database: sqlite3.Connection) -> MemoryEntry | None:
            row = database.execute(f"{SELECT} WHERE key = ?", (key,)).fetchone()
            return None if row is None else MemoryEntry(*row)

        return await self._in_thread(query)

    async def entries(self) -> list[MemoryEntry]:
        """All entries by key."""
        return await self.search("")

    async def search(self, text: str) -> list[MemoryEntry]:
        """The entries that hold every word of `text` in key or text, in any case of ASCII letters, by key."""
        words = [f"%{_literal(word)}%" for word in text.split()]
        where = " AND ".join(["(key || ' ' || text) LIKE ? ESCAPE '\\'"] * len(words)) or "TRUE"

        def query(database: sqlite3.Connection) -> list[MemoryEntry]:
            rows = database.execute(f"{SELECT} WHERE {where} ORDER BY key", words)
            return [MemoryEntry(*row) for row in rows]

        return await self._in_thread(query)

    async def write(self, key: str, text: str, run_id: str, agent: str) -> MemoryEntry:
        """Remember `text` under `key`, in place of what was there."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        values = {"key": key, "text": text, "run_id": run_id, "agent": agent, "now": now}

        def query(database: sqlite3.Connection) -> MemoryEntry:
            return MemoryEntry(*database.execute(WRITE, values).fetchone())

        return await self._in_thread(query)

    async def delete(self, key: str) -> bool:
        """Forget `key`; False when there was nothing."""

        def query(database: sqlite3.Connection) -> bool:
            return database.execute("DELETE FROM entries WHERE key = ?", (key,)).rowcount > 0

        return await self._in_thread(query)

    async def _in_thread(self, query: Callable[[sqlite3.Connection], Answer]) -> Answer:
        return await anyio.to_thread.run_sync(self._run, query)

    def _run(self, query: Callable[[sqlite3.Connection], Answer]) -> Answer:
        try:
            with self._opened() as database:
                return query(database)
        except sqlite3.Error as error:
            raise MemoryFailed(self._explained(error)) from error
        except OSError as error:
            raise MemoryFailed(f"{self.path}: the memory can not be opened: {error.strerror}") from error

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection]:
        """An open transaction: committed at the end, rolled back by an exception."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise MemoryFailed(f"{self.path}: written by a newer Mogplex; update Mogplex to use it")
            if version < SCHEMA_VERSION:
                _write_ahead(database)
            database.execute("BEGIN IMMEDIATE")
            try:
                if version < SCHEMA_VERSION:
                    database.execute(SCHEMA)
                    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                yield database
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise

    def _explained(self, error: sqlite3.Error) -> str:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in BROKEN:
            return (
                f"{self.path}: the memory is damaged ({error}). Nothing was deleted. Move it aside, and a "
                f"new one is made at the next use: mv '{self.path}' '{self.path}.broken'"
            )
        if code == sqlite3.SQLITE_BUSY:
            return f"{self.path}: the memory is in use by another run for over {BUSY_SECONDS:g} s; try again"
        return f"{self.path}: the memory can not be used: {error}"


def _write_ahead(database: sqlite3.Connection) -> None:
    """Have it write ahead, so that readers wait for no writer.

    Of several that want this at once SQLite refuses all but one without any wait; for its turn to write it waits.
    """
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")


def _literal(word: str) -> str:
    """A word whose wildcards of LIKE stand for themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
