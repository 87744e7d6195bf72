"""Closes the journal of a run whose host is gone without a word, and ends the commands it left running."""

import os
import time
from functools import partial
from pathlib import Path

import anyio.to_thread

from mogplex_contracts.clock import format_ts
from mogplex_contracts.codec import encode
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.ids import make_id
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.journal.checkpoint import load_checkpoint, load_state, save_checkpoint
from mogplex_daemon.journal.reader import cut_torn_tail
from mogplex_daemon.runhost.process_tree import kill_commands_of
from mogplex_daemon.runs.lock import HostLock, LockTaken, until_free
from mogplex_daemon.runs.metadata import RunMetadata, load_metadata, save_metadata

MESSAGE = "the run's host ended without a word; what it was doing then may be half done"


def reap(folder: RunFolder, *, wait: bool = False) -> tuple[RunState, bool] | None:
    """Make sure that a run without a host has an end; None when a host lives or there is no run.

    Returns its state, and whether it had to be closed here, as `failed (host_lost)`. The commands that such a
    host left running are ended first: when the run is told to be over, it is. A torn last line is cut:
    it was never acknowledged. A run.json or checkpoint that is lost or damaged is written again. With `wait`,
    whoever holds the lock is waited for: to be used only when that cannot be a host any more. Raises OSError.
    """
    try:
        lock = HostLock(folder.lock, wait=wait)
    except (LockTaken, FileNotFoundError):
        return None
    try:
        if not folder.journal.exists():
            return None
        cut_torn_tail(folder.journal)
        state, _ = load_state(folder.journal, folder.checkpoint)
        if state.run_id != folder.root.name:
            return None  # Nothing can be read of it, or it is a copy of a run that may be alive.
        lost = state.status not in FINAL_RUN_STATUSES
        if lost:
            kill_commands_of(str(folder.root.resolve()))
            state = _close(folder, state)
        elif load_metadata(folder.metadata) is None or load_checkpoint(folder.checkpoint) is None:
            # Such as a journal that came alone, from another machine: nobody is to read all of it twice.
            save_checkpoint(folder.checkpoint, state, folder.journal.stat().st_size)
            save_metadata(folder.metadata, RunMetadata.of(state, None, folder.socket))
        return state, lost
    finally:
        lock.release()


async def reap_when_gone(folder: RunFolder) -> tuple[RunState, bool] | None:
    """`reap` when the host has let go of its lock, which it does a moment after its connections are closed.

    A host that lives on, out of reach, is waited for without an end: cancel it.
    """
    await until_free(folder.lock)
    # Whoever else waited holds the lock for a moment now.
    return await anyio.to_thread.run_sync(partial(reap, folder, wait=True))


def _close(folder: RunFolder, state: RunState) -> RunState:
    now = time.time()
    seq = state.last_seq + 1
    event = RunStatusChanged(
        run_id=state.run_id,
        seq=seq,
        id=make_id("evt", int(now * 1000), seq),
        ts=format_ts(now),
        status="failed",
        reason="host_lost",
        message=MESSAGE,
    )
    _append(folder.journal, encode(event))
    state = reduce(state, event)
    save_checkpoint(folder.checkpoint, state, folder.journal.stat().st_size)
    known = load_metadata(folder.metadata)
    socket = Path(known.socket) if known else folder.socket
    save_metadata(folder.metadata, RunMetadata.of(state, None, socket))
    socket.unlink(missing_ok=True)
    return state


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        os.write(descriptor, line + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
