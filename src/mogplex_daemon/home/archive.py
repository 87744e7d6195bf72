"""A journal as a file to look things up in: pages of older events, the run as it was at any place, its entries.

The file may still grow. It is read where it is asked about, and nothing of it is kept but a few places
and states. A stream that somebody saved is such a file too, if its events are numbered.
"""

import json
import re
import threading
import time
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.session import FindPage, HistoryPage, PastPage
from mogplex_contracts.entry_query import EntryQuery, passes
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events.link import Found, History, Past
from mogplex_contracts.reduce import reduce
from mogplex_contracts.reduce.entries import bounded
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_daemon.home.kept_states import KeptStates

BLOCK_EVENTS = 256
"""The place of every so many events is remembered."""
PAGE_BYTES = 512 * 1024
"""An answer holds at most this much of the journal, so that its line stays well below the limit of the wire."""
BEHIND, BEYOND = 200, 200
"""How many events an answer about the past has before the place asked for, and after it."""
STEP_EVENTS = 4_000
"""A step of a search looks at this many events at most: a tenth of a second or so."""
STEP_ENTRIES = 300
"""It ends when it has found this many entries, so that its answer is short."""
FOUND_CHARACTERS = 300
"""So much of an entry's subject is told."""
TURN_EVENTS = 64
TURN_SECONDS = 0.0001
"""After so many events it lets go of the interpreter for so long: whoever draws in this process waits no longer."""
PLACES = 2
"""Searches that go on side by side without beginning each step from a state far behind."""

_SEQ = re.compile(rb'"seq"\s*:\s*(\d+)')
_RUN_ID = re.compile(rb'"run_id"\s*:\s*"([^"]*)"')


class Archive:
    """One run's journal. Its calls read the disk and reduce events: not for the thread that draws."""

    def __init__(self, path: Path, run_id: str) -> None:
        """`run_id`: events that name another run are passed over."""
        self._path = path
        self._run_id = run_id
        self._read_to = 0
        self._events = 0
        self._block_seqs: list[int] = []
        self._block_offsets: list[int] = []
        self._states = KeptStates()
        self._places: deque[RunState] = deque(maxlen=PLACES)
        """Where the last steps of searches ended."""
        self._turn = threading.Lock()

    def answer(self, command: HistoryPage | PastPage | FindPage) -> History | Past | Found:
        """What the command asks for; raises OSError."""
        match command:
            case HistoryPage():
                page, more = self.page(command.before_seq, command.limit)
                return History(run_id=self._run_id, command_id=command.id, events=tuple(page), more=more)
            case PastPage():
                state, events = self.past(command.at_seq)
                return Past(run_id=self._run_id, command_id=command.id, state=state, events=tuple(events))
            case FindPage():
                entries, state, more = self.find(command.query, command.after_seq)
                return Found(
                    run_id=self._run_id,
                    command_id=command.id,
                    entries=tuple(entries),
                    to_seq=state.last_seq,
                    before=state.timeline.first,
                    more=more,
                )

    def page(self, before_seq: int, limit: int) -> tuple[list[dict[str, Any]], bool]:
        """The events just before `before_seq`, oldest first, at most `limit`; and whether there are older ones.

        Raises OSError.
        """
        with self._turn:
            self._extend()
            blocks = limit // BLOCK_EVENTS + 2
            first = max(0, bisect_left(self._block_seqs, before_seq) - blocks)
            kept: deque[tuple[int, bytes]] = deque(maxlen=limit)
            for seq, line in self._lines(first):
                if seq >= before_seq:
                    break
                kept.append((seq, line))
            size = sum(len(line) for _, line in kept)
            while len(kept) > 1 and size > PAGE_BYTES:
                size -= len(kept.popleft()[1])
            more = bool(kept) and self._block_seqs[0] < kept[0][0]
        return [json.loads(line) for _, line in kept], more

    def past(self, at_seq: int) -> tuple[RunState, list[dict[str, Any]]]:
        """A state shortly before `at_seq`, and the events behind it; they reach beyond it as far as there are any.

        Raises OSError.
        """
        with self._turn:
            self._extend()
            state = self._states.at_or_before(at_seq - BEHIND)
            waiting: deque[bytes] = deque()
            size = 0
            for seq, line in self._lines_after(state.last_seq):
                if seq > at_seq and (seq > at_seq + BEYOND or size + len(line) > PAGE_BYTES):
                    break
                waiting.append(line)
                size += len(line)
                while len(waiting) > 1 and seq <= at_seq and (len(waiting) > BEHIND or size > PAGE_BYTES):
                    oldest = waiting.popleft()
                    size -= len(oldest)
                    state = _reduced(state, oldest)
                    self._states.offer(state)
        return state, [json.loads(line) for line in waiting]

    def find(self, query: EntryQuery, after_seq: int) -> tuple[list[TimelineEntry], RunState, bool]:
        """A step of a search: the entries meant that left the window in it, where it ended, and if there is more.

        What an entry says comes from several events, so it is looked at when nothing can change it any more.
        Raises OSError.
        """
        with self._turn:
            self._extend()
            state = self._state_at(after_seq)
            found: list[TimelineEntry] = []
            more = False
            for looked, (_, line) in enumerate(self._lines_after(state.last_seq)):
                if looked == STEP_EVENTS or len(found) >= STEP_ENTRIES:
                    more = True
                    break
                if looked % TURN_EVENTS == 0:
                    time.sleep(TURN_SECONDS)
                before, state = state, _reduced(state, line)
                self._states.offer(state)
                if state.timeline.first > before.timeline.first:
                    test = passes(query, {key: agent.name for key, agent in state.agents.items()})
                    found.extend(entry for entry in before.timeline.chunks[0] if test(entry))
            self._places.append(state)
        return [_beginning(entry) for entry in found], state, more

    def _state_at(self, seq: int) -> RunState:
        """The state at this event, or at the last one there is."""
        for state in self._places:
            if state.last_seq == seq:
                return state
        state = self._states.at_or_before(seq)
        for at, line in self._lines_after(state.last_seq):
            if at > seq:
                break
            state = _reduced(state, line)
            self._states.offer(state)
        return state

    def _extend(self) -> None:
        """Learn where the events are that came since; a last line without an end is none yet."""
        with self._path.open("rb") as stream:
            stream.seek(self._read_to)
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                seq = self._seq_of(line)
                if seq is not None:
                    if self._events % BLOCK_EVENTS == 0:
                        self._block_seqs.append(seq)
                        self._block_offsets.append(self._read_to)
                    self._events += 1
                self._read_to += len(line)

    def _lines_after(self, seq: int) -> Iterator[tuple[int, bytes]]:
        """The numbered events of this run behind one of them, with their numbers."""
        for at, line in self._lines(max(0, bisect_right(self._block_seqs, seq) - 1)):
            if at > seq:
                yield at, line

    def _lines(self, block: int) -> Iterator[tuple[int, bytes]]:
        """The numbered events of this run from the block on, with their numbers."""
        if not self._block_offsets:
            return
        place = self._block_offsets[block]
        with self._path.open("rb") as stream:
            stream.seek(place)
            for line in stream:
                place += len(line)
                if place > self._read_to:
                    return
                seq = self._seq_of(line)
                if seq is not None:
                    yield seq, line

    def _seq_of(self, line: bytes) -> int | None:
        """The number of an event of this run; None for everything else."""
        seq = _SEQ.search(line)
        run = _RUN_ID.search(line)
        if seq is None or (run is not None and run[1].decode("utf-8", "replace") not in ("", self._run_id)):
            return None
        return int(seq[1]) or None


def _reduced(state: RunState, line: bytes) -> RunState:
    """The state after a line; one that is no event is told of elsewhere, and changes nothing."""
    try:
        return reduce(state, decode_event(line))
    except InvalidLine:
        return state


def _beginning(entry: TimelineEntry) -> TimelineEntry:
    return evolve(entry, subject=bounded(entry.subject, FOUND_CHARACTERS), detail="")
