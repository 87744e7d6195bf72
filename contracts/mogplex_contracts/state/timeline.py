"""The timeline: what happened, an entry a fact, in a bounded window.

The window is a tuple of chunks, so that adding or changing an entry copies one chunk and not the window;
old chunks fall out at the front. Whatever fell out is still in the journal.
"""

from collections.abc import Iterator
from typing import Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.vocabulary import Risk

CHUNK_ENTRIES = 64
WINDOW_CHUNKS = 16
SUBJECT_CHARACTERS = 1_000
DETAIL_CHARACTERS = 4_000

EntryKind = Literal[
    "run",
    "agent",
    "plan",
    "user",
    "message",
    "reasoning",
    "tool",
    "patch",
    "approval",
    "mcp",
    "memory",
    "model",
    "usage",
    "error",
    "diagnostic",
]
"""What an entry tells of; the cockpit has one cell a kind."""

EntryStatus = Literal["none", "running", "waiting", "ok", "error", "denied", "interrupted", "expired"]
"""How it stands with the thing the entry tells of; `none` for things that just happened."""


class TimelineEntry(Wire):
    """One line of the timeline."""

    index: int
    """Place in the run's timeline, from 0."""
    seq: int | None
    """The event that opened it; null for a live-only one."""
    ts: str
    """When that was."""
    kind: EntryKind
    """What it tells of."""
    subject: str
    """The fact in a line, bounded."""
    agent_id: str | None = None
    """Whose it is."""
    status: EntryStatus = "none"
    """How it stands."""
    label: str = ""
    """A word that names it more closely: the tool, the decision, the code."""
    note: str = ""
    """A short figure for the right edge, such as `exit 0` or `+14 −3`."""
    detail: str = ""
    """More of it for whoever opens the entry, bounded."""
    duration_ms: int | None = None
    """How long it took; null while it runs and for things that take no time."""
    risk: Risk | None = None
    """For approvals."""
    ref: str | None = None
    """Id of the call, approval, patch or message it tells of."""


class Timeline(Wire):
    """The newest entries of the run, oldest first."""

    count: int = 0
    """Entries there have been, those that fell out included."""
    chunks: tuple[tuple[TimelineEntry, ...], ...] = ()
    """The window. Every chunk but the last is full."""

    @property
    def first(self) -> int:
        """Index of the oldest entry in the window."""
        return self.count - self.kept

    @property
    def kept(self) -> int:
        """Entries in the window."""
        return (len(self.chunks) - 1) * CHUNK_ENTRIES + len(self.chunks[-1]) if self.chunks else 0

    def __len__(self) -> int:
        return self.kept

    def entries(self) -> Iterator[TimelineEntry]:
        """All entries of the window, oldest first."""
        for chunk in self.chunks:
            yield from chunk

    def get(self, index: int) -> TimelineEntry | None:
        """The entry at `index`; None when it fell out, or is not there yet."""
        offset = index - self.first
        if not 0 <= offset < self.kept:
            return None
        return self.chunks[offset // CHUNK_ENTRIES][offset % CHUNK_ENTRIES]
