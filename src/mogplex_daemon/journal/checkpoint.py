"""A state and the place in the journal it belongs to, so that nobody has to read a long journal from the start.

A checkpoint is a cache: it may be missing, old or broken, and then the journal is read instead.
"""

from pathlib import Path

from pydantic import Field, ValidationError

from mogplex_contracts.base import Wire
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from mogplex_daemon.home.atomic import write_atomic
from mogplex_daemon.journal.reader import BadLine, ends_a_line, read_events


class Checkpoint(Wire):
    """What checkpoint.json holds."""

    version: int = 1
    """Of this format."""
    offset: int = Field(ge=0)
    """Bytes of the journal that are in the state."""
    state: RunState
    """The state after them."""


def save_checkpoint(path: Path, state: RunState, offset: int) -> None:
    """Replace the checkpoint; raises OSError."""
    write_atomic(path, Checkpoint(offset=offset, state=state).model_dump_json().encode())


def load_checkpoint(path: Path) -> Checkpoint | None:
    """The checkpoint; None when there is none that can be used."""
    try:
        checkpoint = Checkpoint.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return checkpoint if checkpoint.version == 1 else None


def load_state(journal: Path, checkpoint: Path) -> tuple[RunState, list[BadLine]]:
    """The run's state from its checkpoint and the journal after it, with what could not be read."""
    saved = load_checkpoint(checkpoint)
    if saved is not None and not ends_a_line(journal, saved.offset):
        saved = None
    state, offset = (saved.state, saved.offset) if saved else (RunState(), 0)
    bad: list[BadLine] = []
    for event in read_events(journal, offset):
        if isinstance(event, BadLine):
            bad.append(event)
        else:
            state = reduce(state, event)
    return state, bad
