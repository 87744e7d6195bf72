"""A run that has no host any more, served from its folder."""

from collections.abc import Iterator

from mogplex_contracts.events.link import Snapshot
from mogplex_contracts.state import RunState
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.journal.checkpoint import load_state
from mogplex_daemon.journal.index import skip_lines
from mogplex_daemon.journal.pages import index_journal
from mogplex_daemon.journal.reader import CHUNK_BYTES


class Unreadable(Exception):
    """The journal holds no run that this version can read; the message says why."""


def load(folder: RunFolder) -> RunState:
    """The run's state; raises OSError and Unreadable."""
    state, bad = load_state(folder.journal, folder.checkpoint)
    if not state.last_seq:
        first = f"{folder.journal}:{bad[0].number}: {bad[0].reason}" if bad else f"{folder.journal} is empty"
        raise Unreadable(first)
    return state


def snapshot(state: RunState) -> Snapshot:
    """The state as it is sent to a client."""
    return Snapshot(run_id=state.run_id, at_seq=state.last_seq, state=state)


def lines_after(folder: RunFolder, after_seq: int) -> Iterator[bytes]:
    """Pieces of the journal, whole lines each, from behind `after_seq` on; raises OSError."""
    index = index_journal(folder.journal)
    if after_seq >= index.last_seq:
        return
    offset, lines = index.before(after_seq)
    with folder.journal.open("rb") as stream:
        stream.seek(skip_lines(folder.journal, offset, lines))
        while piece := stream.read(CHUNK_BYTES):
            yield piece + stream.readline()
