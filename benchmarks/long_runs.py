"""Ended runs of any length, as a host would have left them: journal, checkpoint and run.json."""

from pathlib import Path

from benchmarks.journals import EPOCH_SECONDS, SECONDS_BETWEEN_EVENTS, journal
from mogplex_contracts.clock import format_ts
from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.ids import make_id
from mogplex_contracts.reduce import replay
from mogplex_contracts.reduce.evolve import evolve
from mogplex_daemon.home.paths import Home
from mogplex_daemon.journal.checkpoint import save_checkpoint
from mogplex_daemon.runs.lock import HostLock
from mogplex_daemon.runs.metadata import RunMetadata, save_metadata

BLOCK = 10_000
"""The events of so many are made; longer runs repeat them under new numbers."""


def write_stream(path: Path, events: int) -> str:
    """Write the journal of an ended run with about that many events; its id."""
    made = [line for line in journal(min(events, BLOCK)) if b'"approval_requested"' not in line]
    start = decode_event(made[0])
    seq = 0
    with path.open("wb") as stream:
        while seq < events - 1:
            for line in made if seq == 0 else made[1:]:
                seq += 1
                stream.write(numbered(line, seq) + b"\n")
                if seq == events - 1:
                    break
        stream.write(encode(_end(start.run_id, events)) + b"\n")
    return start.run_id


def write_run(home: Home, events: int, run_id: str) -> str:
    """Write an ended run into a home; its id.

    Its state is that of the first and the last events: a state is bounded, so that of all of them is no bigger.
    """
    folder = home.run(run_id)
    folder.root.mkdir(parents=True)
    made_id = write_stream(folder.journal, events)
    journal_bytes = folder.journal.read_bytes().replace(made_id.encode(), run_id.encode())
    folder.journal.write_bytes(journal_bytes)
    lines = journal_bytes.splitlines()
    state = replay(map(decode_event, lines[:BLOCK]))
    if events > BLOCK:
        last = lines[max(BLOCK, events - BLOCK) :]
        state = evolve(state, last_seq=events - len(last))
        state = replay(map(decode_event, last), state)
    assert (state.last_seq, state.status) == (events, "completed")
    HostLock(folder.lock).release()
    save_checkpoint(folder.checkpoint, state, len(journal_bytes))
    save_metadata(folder.metadata, RunMetadata.of(state, None, folder.socket))
    return run_id


def numbered(line: bytes, seq: int) -> bytes:
    """The line of an event under another number."""
    head, mark, rest = line.partition(b'"seq":')
    return head + mark + str(seq).encode() + rest[rest.index(b",") :]


def _end(run_id: str, seq: int) -> RunStatusChanged:
    now = EPOCH_SECONDS + seq * SECONDS_BETWEEN_EVENTS
    return RunStatusChanged(
        run_id=run_id, seq=seq, id=make_id("evt", int(now * 1000), 1), ts=format_ts(now), status="completed"
    )
