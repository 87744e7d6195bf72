"""What the run is told of its workspace."""

from pathlib import Path

from mogplex_contracts.events.run import WorkspaceChanged
from mogplex_daemon.home.working_tree import working_tree


async def workspace_changed(cwd: Path) -> WorkspaceChanged:
    """The event that tells how the workspace looks now."""
    tree = await working_tree(cwd)
    if tree is None:
        return WorkspaceChanged()
    return WorkspaceChanged(
        branch=tree.branch,
        dirty=tree.dirty,
        added=tree.added,
        modified=tree.modified,
        deleted=tree.deleted,
    )
