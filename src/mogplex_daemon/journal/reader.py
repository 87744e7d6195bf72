"""Reads a journal: events in order, what is wrong with the others, and where a torn tail begins."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mogplex_contracts.codec import decode_event
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.framing import MAX_LINE_BYTES, LineSplitter, Oversized

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no valid event: reported once, skipped, and left in the file as it is."""

    path: Path
    number: int
    """Line number in the file, from 1."""
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.number}: {self.reason}; the line is skipped"


def read_events(path: Path, offset: int = 0) -> Iterator[Event | BadLine]:
    """Everything in the journal from byte `offset` on, in order. A torn last line is a BadLine.

    Raises OSError when the file cannot be read.
    """
    splitter = LineSplitter()
    before: int | None = None

    def bad(number: int, reason: str) -> BadLine:
        nonlocal before
        before = _count_lines(path, offset) if before is None else before
        return BadLine(path, before + number, reason)

    with path.open("rb") as stream:
        stream.seek(offset)
        while chunk := stream.read(CHUNK_BYTES):
            for line in splitter.feed(chunk):
                if isinstance(line, Oversized):
                    limit = MAX_LINE_BYTES // 1024 // 1024
                    yield bad(line.number, f"{line.size} bytes long; {limit} MiB is the limit")
                    continue
                try:
                    yield decode_event(line.data)
                except InvalidLine as error:
                    yield bad(line.number, str(error))
    rest = splitter.finish()
    if rest is not None:
        yield bad(rest.number, "torn: the line has no end")


def ends_a_line(path: Path, offset: int) -> bool:
    """Whether whole lines reach up to byte `offset`; raises OSError."""
    if offset == 0:
        return True
    with path.open("rb") as stream:
        stream.seek(offset - 1)
        return stream.read(1) == b"\n"


def _count_lines(path: Path, end: int) -> int:
    """Lines in the first `end` bytes. Only asked for when there is something to complain of."""
    lines = 0
    with path.open("rb") as stream:
        while end > 0 and (chunk := stream.read(min(CHUNK_BYTES, end))):
            lines += chunk.count(b"\n")
            end -= len(chunk)
    return lines


def cut_torn_tail(path: Path) -> int:
    """Cut whatever stands after the last newline, as a crash leaves it; how many bytes were cut.

    Only bytes that were never acknowledged can stand there: a line is acknowledged with its newline.
    """
    with path.open("r+b") as stream:
        end = stream.seek(0, os.SEEK_END)
        keep, place = 0, end
        while place > 0 and not keep:
            start = max(0, place - CHUNK_BYTES)
            stream.seek(start)
            found = stream.read(place - start).rfind(b"\n")
            if found >= 0:
                keep = start + found + 1
            place = start
        if keep < end:
            stream.truncate(keep)
            os.fsync(stream.fileno())
    return end - keep
