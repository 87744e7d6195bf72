"""Patches of the run."""

from typing import Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.events.patch import PatchedFile
from mogplex_contracts.events.tool import Artifact

PATCHES_KEPT = 200
"""How many patches the state remembers; older ones are in the journal."""
DIFFS_KEPT = 20
"""How many of them, the newest, keep their diff."""


class Patch(Wire):
    """One patch and what became of it."""

    patch_id: str
    """Id of the patch."""
    agent_id: str
    """Whose it is."""
    status: Literal["proposed", "applied", "rejected"] = "proposed"
    """What became of it."""
    reason: str = ""
    """Why it was rejected."""
    files: tuple[PatchedFile, ...] = ()
    """What it touches."""
    diff: str = ""
    """The change as a unified diff; empty for old patches."""
    seq: int | None = None
    """The event that proposed it."""
    kept_hunks: tuple[int, ...] | None = None
    """The numbers of the hunks that were applied, when a person dropped the others."""
    artifact: Artifact | None = None
    """The whole diff, when it did not fit."""
    entry: int | None = None
    """Timeline index of the entry that tells of it."""
