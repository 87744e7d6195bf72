"""Writes an export below the run's own folder: whole or not at all, and only for its owner to read."""

import json
import os
import re
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio.to_thread

from mogplex_cli.export.formats import WRITERS
from mogplex_cli.export.formats.base import Writer
from mogplex_cli.export.pages import pages
from mogplex_cli.export.record import Record
from mogplex_cli.export.request import Exported, ExportRequest
from mogplex_cli.transport.base import Answer, LookBack, TransportFailed
from mogplex_contracts.clock import format_ts
from mogplex_contracts.codec import decode_event
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.state import RunState
from mogplex_daemon.home.atomic import ensure_private_dir, write_atomic
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.redaction import Redactor

RECORDED = ("approval_", "memory_")
"""How the types of the events begin that a record is made of."""


class Exporter:
    """Everything an export needs from this machine."""

    def __init__(self, home: Home, redactor: Redactor, clock: Callable[[], float]) -> None:
        self._home = home
        self._redactor = redactor
        self._clock = clock

    async def __call__(
        self, ask: Callable[[LookBack], Awaitable[Answer]], run: RunState, request: ExportRequest
    ) -> Exported:
        """Write it. Raises TransportFailed when the events are not to be had, OSError when the disk refuses."""
        if not run.run_id:
            raise TransportFailed("there is no run to export; start one with /run <task>")
        moment = format_ts(self._clock())
        writer_type, suffix = WRITERS[request.format]
        writer = writer_type(run, request.scope, moment, self._redactor)
        record = Record()
        read = 0
        target = exports_folder(self._home, run.run_id) / f"{_stamp(moment)}-{request.scope}.{suffix}"
        with _Draft(target) as draft:
            draft.write(writer.begin())
            async for page in pages(ask, run.run_id, run.last_seq):
                read += len(page)
                draft.write(await anyio.to_thread.run_sync(_written, writer, record, page))
            draft.write(writer.end(record))
            return Exported(target, read, draft.keep())


def exports_folder(home: Home, run_id: str) -> Path:
    """The run's own exports folder; for a run that is not of this machine, one beside its runs."""
    name = _file_name(run_id)
    folder = home.run(name)
    return folder.exports if folder.journal.exists() else home.exports / name


def save_copy(home: Home, clock: Callable[[], float]) -> Callable[[str, str], str]:
    """Writes text that was copied beside the exports of its run, and gives the path."""

    def save(run_id: str, text: str) -> str:
        target = exports_folder(home, run_id) / f"{_stamp(format_ts(clock()))}-copy.txt"
        write_atomic(target, f"{text}\n".encode("utf-8", "replace"))
        return str(target)

    return save


def _written(writer: Writer, record: Record, page: tuple[dict[str, Any], ...]) -> str:
    """A page as text; the record takes it in."""
    for event in page:
        if str(event.get("type", "")).startswith(RECORDED):
            with suppress(InvalidLine):
                record.take(decode_event(json.dumps(event)))
    return "".join(writer.event(event) for event in page)


class _Draft:
    """A file that is not there before it is whole."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __enter__(self) -> "_Draft":
        ensure_private_dir(self._target.parent)
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=self._target.parent)
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, text: str) -> None:
        """Add to it."""
        self._file.write(text.encode("utf-8", "replace"))

    def keep(self) -> int:
        """Let it be there now; how many bytes it has."""
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._path.replace(self._target)
        return size


def _stamp(moment: str) -> str:
    """A timestamp that sorts and may stand in a file's name: `20260101-120431-250`."""
    return moment.translate(str.maketrans({"-": "", ":": "", "T": "-", ".": "-", "Z": ""}))


def _file_name(run_id: str) -> str:
    """A run's id as a file's name: a stream may name its run as it likes."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", run_id)[:80] or "run"
