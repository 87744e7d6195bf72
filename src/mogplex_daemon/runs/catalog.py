"""Which runs there are, read from their folders."""

from dataclasses import dataclass

from mogplex_daemon.home.paths import Home, RunFolder
from mogplex_daemon.journal.checkpoint import load_state
from mogplex_daemon.runs.lock import is_held
from mogplex_daemon.runs.metadata import RunMetadata, load_metadata


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run on disk."""

    folder: RunFolder
    metadata: RunMetadata
    alive: bool
    """Whether a host works on it."""


def list_runs(home: Home) -> list[RunRecord]:
    """All runs of which something can be read, newest first."""
    try:
        folders = sorted(home.runs.iterdir(), reverse=True)
    except OSError:
        return []
    records = (find_run(home, folder.name) for folder in folders)
    return [record for record in records if record is not None]


def find_run(home: Home, run_id: str) -> RunRecord | None:
    """The run `run_id`; None when there is no such folder, or nothing can be read of it.

    A folder that is called otherwise than its run is a copy: it is nobody's run.
    """
    if "/" in run_id or run_id in ("", ".", ".."):
        return None
    folder = home.run(run_id)
    metadata = load_metadata(folder.metadata) or _metadata_of_journal(folder)
    if metadata is None or metadata.run_id != run_id:
        return None
    return RunRecord(folder, metadata, is_held(folder.lock))


def _metadata_of_journal(folder: RunFolder) -> RunMetadata | None:
    """What run.json would say; None when there is no journal either."""
    try:
        state, _ = load_state(folder.journal, folder.checkpoint)
    except OSError:
        return None
    return RunMetadata.of(state, None, folder.socket) if state.run_id else None
