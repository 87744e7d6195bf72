"""Bytes to lines and back, without I/O: bounded, and clear about a torn or oversized line.

Feed a `LineSplitter` whatever arrives, in pieces of any size; it gives whole lines. A line longer than
`max_bytes` is not kept: its bytes are counted and thrown away up to its newline, then reported once.
"""

from dataclasses import dataclass

MAX_LINE_BYTES = 16 * 1024 * 1024
"""The longest line anyone may send. Anything bigger travels as an artifact."""


@dataclass(frozen=True, slots=True)
class Line:
    """One whole line, without its newline. `number` counts from 1."""

    number: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Oversized:
    """A line that was too long to keep."""

    number: int
    size: int
    """Bytes, newline not counted."""


class LineSplitter:
    """Splits one stream of bytes. Empty lines are counted and left out."""

    def __init__(self, max_bytes: int = MAX_LINE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._parts: list[bytes] = []
        self._size = 0
        self._number = 0

    def feed(self, data: bytes) -> list[Line | Oversized]:
        """The lines that `data` completes."""
        *complete, rest = data.split(b"\n")
        lines: list[Line | Oversized] = []
        for piece in complete:
            self._keep(piece)
            line = self._take()
            if line is not None:
                lines.append(line)
        self._keep(rest)
        return lines

    def finish(self) -> Line | Oversized | None:
        """What stands after the last newline when the stream ends: a torn line, or None."""
        return self._take() if self._size else None

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._max_bytes:
            self._parts.clear()
        elif piece:
            self._parts.append(piece)

    def _take(self) -> Line | Oversized | None:
        self._number += 1
        size, data = self._size, b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        if size > self._max_bytes:
            return Oversized(self._number, size)
        return Line(self._number, data) if data.strip() else None
