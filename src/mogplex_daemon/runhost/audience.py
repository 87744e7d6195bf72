"""Everybody who follows the run.

A follower is a cursor into the journal and a wake-up, never a queue of facts: a slow or stalled one costs no
memory and delays nobody.
"""

import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from mogplex_daemon.journal.index import SeqIndex, skip_lines

READ_BYTES = 256 * 1024
LIVE_KEPT = 512
"""Live-only lines kept for a follower that does not keep up; the oldest go first, and nothing is lost by it."""


@dataclass(eq=False)
class Follower:
    """One client's place in the run."""

    offset: int | None = None
    """Byte of the journal to read on from; None: it does not follow the journal."""
    live: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=LIVE_KEPT))
    """Live-only lines, each with the size the journal had when it came."""
    answers: deque[tuple[int, bytes]] = field(default_factory=deque[tuple[int, bytes]])
    """Answers to its commands, likewise; never dropped."""
    wake: anyio.Event = field(default_factory=anyio.Event)
    """Set when there is something new for it."""
    resting: bool = False
    """Whether it was given everything and sent it on: it waits for more."""
    mute: bool = False
    """Whether it will ask for nothing more, because its commands have come to their end."""


class Audience:
    """All followers of one run, and the journal they read."""

    def __init__(self, journal: Path) -> None:
        """`journal` must be there when the first line is."""
        self._journal = journal
        self._descriptor: int | None = None
        self._size = 0
        self._index = SeqIndex()
        self._followers: set[Follower] = set()
        self._drained = anyio.Event()

    @property
    def size(self) -> int:
        """Bytes of the journal that may be read."""
        return self._size

    def join(self) -> Follower:
        """A new follower, which reads nothing yet."""
        follower = Follower()
        self._followers.add(follower)
        return follower

    def leave(self, follower: Follower) -> None:
        """It follows no more."""
        self._followers.discard(follower)
        self._look()

    def grow(self, lines: list[bytes]) -> None:
        """The journal has these lines too now."""
        self._size += self._index.add(lines)
        for follower in self._followers:
            follower.wake.set()

    def unfollow(self, follower: Follower) -> None:
        """Let it read the journal no more; answers still reach it."""
        follower.offset = None
        follower.live.clear()

    def follow(self, follower: Follower, after_seq: int | None) -> None:
        """Let it read the journal from behind `after_seq` on; None: only what comes from now on."""
        if after_seq is None or after_seq >= self._index.last_seq:
            follower.offset = self._size
            return
        offset, lines = self._index.before(after_seq)
        follower.offset = skip_lines(self._journal, offset, lines)
        follower.wake.set()

    def live(self, line: bytes) -> None:
        """Tell everyone who follows the journal a live-only line."""
        for follower in self._followers:
            if follower.offset is not None:
                follower.live.append((self._size, line))
                follower.wake.set()

    def answer(self, follower: Follower, line: bytes) -> None:
        """Tell one follower something, after all that is in the journal now."""
        follower.answers.append((self._size, line))
        follower.wake.set()

    def silence(self, follower: Follower) -> None:
        """It will ask for nothing more."""
        follower.mute = True
        follower.wake.set()

    async def next_piece(self, follower: Follower) -> bytes:
        """What to send to `follower` next; waits until there is something.

        Nothing when there never will be: it does not follow the journal and asks for nothing more.
        """
        while True:
            follower.wake = anyio.Event()
            follower.resting = False
            piece = self._piece(follower)
            if piece or (follower.mute and follower.offset is None):
                return piece
            follower.resting = True
            self._look()
            await follower.wake.wait()

    async def drained(self) -> None:
        """Wait until every follower has been given everything, and has sent it on."""
        while not all(self._has_all(follower) for follower in self._followers):
            self._drained = anyio.Event()
            await self._drained.wait()

    def _piece(self, follower: Follower) -> bytes:
        live = [queue[0][0] for queue in (follower.answers, follower.live) if queue]
        until = min(live, default=self._size)
        if follower.offset is not None and follower.offset < until:
            piece = _read_lines(self._open(), follower.offset, until)
            follower.offset += len(piece)
            return piece
        for queue in (follower.answers, follower.live):
            if queue and queue[0][0] == until:
                return queue.popleft()[1] + b"\n"
        return b""

    def close(self) -> None:
        """Let go of the journal. Call when nobody follows any more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        """The journal, opened once for all: a follower must not depend on there being a file to spare."""
        if self._descriptor is None:
            self._descriptor = os.open(self._journal, os.O_RDONLY | os.O_CLOEXEC)
        return self._descriptor

    def _has_all(self, follower: Follower) -> bool:
        read = follower.offset is None or follower.offset >= self._size
        return follower.resting and read and not follower.live and not follower.answers

    def _look(self) -> None:
        self._drained.set()


def _read_lines(descriptor: int, start: int, end: int) -> bytes:
    """Bytes of a file from `start` up to `end`, at most READ_BYTES unless a single line is longer."""
    data = os.pread(descriptor, min(end - start, READ_BYTES), start)
    cut = data.rfind(b"\n")
    if cut >= 0:
        return data[: cut + 1]
    pieces = [data]
    size = len(data)
    while piece := os.pread(descriptor, min(end - start - size, READ_BYTES), start + size):
        cut = piece.find(b"\n")
        pieces.append(piece if cut < 0 else piece[: cut + 1])
        size += len(pieces[-1])
        if cut >= 0:
            break
    return b"".join(pieces)
