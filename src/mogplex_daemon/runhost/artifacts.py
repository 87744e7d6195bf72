"""Outputs too big for the journal, kept whole in files beside it."""

import re
from pathlib import Path

import anyio.to_thread

from mogplex_contracts.events.tool import Artifact
from mogplex_daemon.home.atomic import write_atomic


class ArtifactStore:
    """The `artifacts/` folder of one run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def save(self, name: str, text: str) -> Artifact | None:
        """Keep `text`; None when it could not be written, which costs the rest of an output and nothing else."""
        path = self._folder / re.sub(r"[^A-Za-z0-9._-]", "_", name)
        data = text.encode("utf-8", "backslashreplace")
        try:
            await anyio.to_thread.run_sync(write_atomic, path, data)
        except OSError:
            return None
        return Artifact(path=f"{self._folder.name}/{path.name}", bytes=len(data))
