"""A home folder with ended runs of several lengths, as their hosts leave them behind; made once, and removed."""

import os
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.journals import ended_run
from mogplex_contracts.codec import encode
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import Home, RunFolder
from mogplex_daemon.journal.checkpoint import save_checkpoint
from mogplex_daemon.runs.metadata import RunMetadata, save_metadata

_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
"""Removed when this process ends."""


@cache
def shared_home() -> Home:
    """The home of all ended runs of this process."""
    return new_home()


def new_home() -> Home:
    """An empty home, which is there until this process ends."""
    _FOLDERS.append(tempfile.TemporaryDirectory(prefix="mogplex-benchmark-"))
    home = Home(Path(_FOLDERS[-1].name, "home"))
    ensure_private_dir(home.runs)
    return home


@cache
def ended(events: int) -> RunFolder:
    """A completed run of so many events in the shared home: its journal, its checkpoint and its run.json."""
    return write_run(shared_home(), events, seed=events)[0]


def write_run(home: Home, events: int, seed: int) -> tuple[RunFolder, RunState]:
    """Write a completed run of `events` events; its folder, and the state it ended in."""
    state = RunState()
    story = ended_run(events, seed)
    first = next(story)
    folder = home.run(first.run_id)
    ensure_private_dir(folder.root)
    with folder.journal.open("wb") as journal:
        journal.write(encode(first) + b"\n")
        state = reduce(state, first)
        for event in story:
            journal.write(encode(event) + b"\n")
            state = reduce(state, event)
    save_checkpoint(folder.checkpoint, state, folder.journal.stat().st_size)
    save_metadata(folder.metadata, RunMetadata.of(state, None, folder.socket))
    os.close(os.open(folder.lock, os.O_CREAT | os.O_WRONLY, 0o600))
    return folder, state
