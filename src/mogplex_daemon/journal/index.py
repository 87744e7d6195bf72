"""Where in a journal an event stands, without remembering every one: one offset for each block of lines."""

import os
from pathlib import Path

BLOCK_LINES = 256
CHUNK_BYTES = 64 * 1024


class SeqIndex:
    """Offsets of every 256th event of a journal whose seqs count from 1 without gaps."""

    def __init__(self) -> None:
        self.last_seq = 0
        """The last event that was added."""
        self._size = 0
        self._blocks: list[int] = []

    def add(self, lines: list[bytes]) -> int:
        """Take in the next lines (without newlines); how many bytes they take in the file."""
        before = self._size
        for line in lines:
            if self.last_seq % BLOCK_LINES == 0:
                self._blocks.append(self._size)
            self.last_seq += 1
            self._size += len(line) + 1
        return self._size - before

    def before(self, after_seq: int) -> tuple[int, int]:
        """An offset, and how many lines to skip from there to come to the event after `after_seq`."""
        block, lines = divmod(after_seq, BLOCK_LINES)
        return self._blocks[block], lines


def skip_lines(path: Path, offset: int, lines: int) -> int:
    """The offset `lines` lines after `offset`; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        while lines and (chunk := os.pread(descriptor, CHUNK_BYTES, offset)):
            for piece in chunk.splitlines(keepends=True):
                offset += len(piece)
                lines -= piece.endswith(b"\n")
                if not lines:
                    break
    finally:
        os.close(descriptor)
    return offset
