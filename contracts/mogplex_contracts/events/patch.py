"""Changes to files: proposed, applied, rejected."""

from typing import Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.events.tool import Artifact
from mogplex_contracts.vocabulary import ChangeKind


class PatchedFile(Wire):
    """What a patch does to one file."""

    path: str
    """Workspace-relative path."""
    change: ChangeKind
    """Added, updated, deleted or moved."""
    added: int = 0
    """Lines added."""
    removed: int = 0
    """Lines removed."""
    moved_to: str | None = None
    """The new path of a moved file."""


class PatchProposed(EventBase):
    """An agent wants to change files."""

    type: Literal["patch_proposed"] = "patch_proposed"
    patch_id: str
    """Id of the patch, `pat_…`."""
    agent_id: str
    """Whose it is."""
    call_id: str | None = None
    """The tool call it came from."""
    files: tuple[PatchedFile, ...]
    """What it touches."""
    diff: str
    """The change as a unified diff, bounded; the rest is in the artifact."""
    artifact: Artifact | None = None
    """The whole diff when it did not fit."""


class PatchApplied(EventBase):
    """A patch is in the workspace."""

    type: Literal["patch_applied"] = "patch_applied"
    patch_id: str
    """Which patch."""
    kept_hunks: tuple[int, ...] | None = None
    """The numbers of the hunks that are, when a person dropped the others; null when all are."""


class PatchRejected(EventBase):
    """A patch was not applied."""

    type: Literal["patch_rejected"] = "patch_rejected"
    patch_id: str
    """Which patch."""
    reason: str = ""
    """Who or what said no, or why it could not be applied."""


PatchEvent = PatchProposed | PatchApplied | PatchRejected
