"""What the run has changed in the workspace, whoever changed it and by whatever means."""

from dataclasses import dataclass

from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.patch import PatchedFile
from mogplex_contracts.text import one_line, visible


@dataclass(frozen=True, slots=True)
class ChangesProps:
    """The diff from the run's beginning to the end of its last turn."""

    turn: int = 0
    """After how many turns; 0 before anything was different."""
    files: tuple[PatchedFile, ...] = ()
    """Their names are fit to be shown."""
    more_files: int = 0
    added: int = 0
    removed: int = 0
    diff: str = ""
    """Unified, fit to be shown; only the first part of a very long one."""
    rest: str = ""
    """The file in the run's folder that has the whole diff, when this is a part."""


def select_changes(state: CockpitState) -> ChangesProps:
    """The values of the run's diff."""
    changes = state.run.changes
    return ChangesProps(
        turn=changes.turn,
        files=tuple(_shown(file) for file in changes.files),
        more_files=changes.more_files,
        added=sum(file.added for file in changes.files),
        removed=sum(file.removed for file in changes.files),
        diff=visible(changes.diff),
        rest=changes.artifact.path if changes.artifact else "",
    )


def _shown(file: PatchedFile) -> PatchedFile:
    moved_to = one_line(file.moved_to) if file.moved_to else None
    return PatchedFile(
        path=one_line(file.path),
        change=file.change,
        added=file.added,
        removed=file.removed,
        moved_to=moved_to,
    )
