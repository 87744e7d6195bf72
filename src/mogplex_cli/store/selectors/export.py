"""What can be exported, and what became of the last export."""

from dataclasses import dataclass

from mogplex_cli.store.state import CockpitState, Export


@dataclass(frozen=True, slots=True)
class ExportProps:
    """The drawer's values."""

    run_id: str
    """Empty when there is no run."""
    at_seq: int
    """The last event that would be in it."""
    last: Export
    """The last export of this session."""


def select_export(state: CockpitState) -> ExportProps:
    """The drawer's values."""
    return ExportProps(state.run.run_id, state.run.last_seq, state.export)
