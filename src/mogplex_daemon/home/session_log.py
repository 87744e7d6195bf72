"""Structured logs: one JSON object a line, secrets taken out on the way, file 0600."""

import json
import os
from io import FileIO
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.redaction import Redactor


def open_session_log(path: Path, redactor: Redactor, **facts: Any) -> FilteringBoundLogger:
    """A logger that appends to `path` and puts `facts` on every line.

    A folder that cannot be written gives a logger that drops everything: a log is never a reason to stop.
    """
    stream = _open(path)

    def render(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
        line = json.dumps(event, default=str, ensure_ascii=False)
        return redactor.line(line.encode("utf-8", "replace")).decode()

    logger: FilteringBoundLogger = structlog.wrap_logger(
        _Lines(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=True,
        **facts,
    )
    return logger


def _open(path: Path) -> FileIO:
    try:
        ensure_private_dir(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError:
        descriptor = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    return FileIO(descriptor, "ab")


class _Lines:
    """Writes each line at once; a full disk loses whole lines and nothing else."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def msg(self, message: str) -> None:
        data = message.encode("utf-8", "backslashreplace") + b"\n"
        try:
            written = self._file.write(data)
            if written < len(data):
                self._file.truncate(self._file.seek(0, os.SEEK_END) - written)
        except OSError:
            return

    debug = info = warning = error = critical = exception = msg
