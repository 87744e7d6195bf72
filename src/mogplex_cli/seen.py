"""How far runs were seen before, kept between sessions in `state/seen.json`. A cache: what cannot be read is none."""

from pathlib import Path

from pydantic import RootModel, ValidationError

from mogplex_cli.store.away import Seen
from mogplex_cli.store.state import CockpitState
from mogplex_daemon.home.atomic import write_atomic

RUNS_KEPT = 200


class SeenFile(RootModel[dict[str, Seen]]):
    """By run id."""


def load_seen(path: Path) -> dict[str, Seen]:
    """What the file says. Never raises."""
    try:
        return SeenFile.model_validate_json(path.read_bytes()).root
    except (OSError, ValidationError):
        return {}


def save_seen(path: Path, state: CockpitState) -> None:
    """Add what was seen in this session; of two sessions the one that saw more counts. Raises OSError."""
    seen = load_seen(path)
    shown = {state.run.run_id: Seen.of(state.run)} if state.run.last_seq else {}
    for run_id, ours in {**state.seen, **shown}.items():
        theirs = seen.get(run_id)
        if theirs is None or theirs.seq <= ours.seq:
            seen[run_id] = ours
    # Ids sort by time.
    newest = {run_id: seen[run_id] for run_id in sorted(seen)[-RUNS_KEPT:]}
    write_atomic(path, SeenFile(newest).model_dump_json().encode() + b"\n")
