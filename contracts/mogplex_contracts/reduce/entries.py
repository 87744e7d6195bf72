"""How reducers write the timeline."""

from mogplex_contracts.envelope import EventBase
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state.run import RunState
from mogplex_contracts.state.timeline import (
    CHUNK_ENTRIES,
    DETAIL_CHARACTERS,
    SUBJECT_CHARACTERS,
    WINDOW_CHUNKS,
    EntryKind,
    EntryStatus,
    Timeline,
    TimelineEntry,
)
from mogplex_contracts.vocabulary import Risk


def add_entry(
    state: RunState,
    event: EventBase,
    kind: EntryKind,
    subject: str,
    *,
    agent_id: str | None = None,
    status: EntryStatus = "none",
    label: str = "",
    note: str = "",
    detail: str = "",
    risk: Risk | None = None,
    ref: str | None = None,
) -> RunState:
    """The state with one more timeline entry at the end."""
    entry = TimelineEntry(
        index=state.timeline.count,
        seq=event.seq,
        ts=event.ts,
        kind=kind,
        subject=bounded(subject, SUBJECT_CHARACTERS),
        agent_id=agent_id,
        status=status,
        label=label,
        note=note,
        detail=bounded(detail, DETAIL_CHARACTERS),
        duration_ms=None,
        risk=risk,
        ref=ref,
    )
    return evolve(state, timeline=_added(state.timeline, entry))


def change_entry(state: RunState, index: int | None, **changes: object) -> RunState:
    """The state with fields of one timeline entry changed; itself when that entry has fallen out."""
    entry = None if index is None else state.timeline.get(index)
    if entry is None:
        return state
    return evolve(state, timeline=_replaced(state.timeline, evolve(entry, **changes)))


def bounded(text: str, limit: int) -> str:
    """`text`, or its beginning and a mark when it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _added(timeline: Timeline, entry: TimelineEntry) -> Timeline:
    """Copies the last chunk only; when the window is full, the oldest chunk falls out."""
    chunks = timeline.chunks
    if not chunks or len(chunks[-1]) == CHUNK_ENTRIES:
        kept = chunks[1:] if len(chunks) == WINDOW_CHUNKS else chunks
        chunks = (*kept, (entry,))
    else:
        chunks = (*chunks[:-1], (*chunks[-1], entry))
    return evolve(timeline, count=timeline.count + 1, chunks=chunks)


def _replaced(timeline: Timeline, entry: TimelineEntry) -> Timeline:
    """Copies the one chunk the entry is in, which must be in the window."""
    which, place = divmod(entry.index - timeline.first, CHUNK_ENTRIES)
    chunk = timeline.chunks[which]
    changed = (*chunk[:place], entry, *chunk[place + 1 :])
    return evolve(timeline, chunks=(*timeline.chunks[:which], changed, *timeline.chunks[which + 1 :]))
