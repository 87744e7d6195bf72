"""What whoever opens the cockpit gives it from outside."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from mogplex_cli.cockpit.themes import ThemeName
from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory


class Log(Protocol):
    """Writes one line of the session log."""

    def __call__(self, event: str, **fields: object) -> None:
        """`event` names what happened; fields are JSON values."""
        ...


async def _nothing_remembered(repo: str) -> RepositoryMemory:
    return RepositoryMemory(repo)


@dataclass(frozen=True, slots=True)
class CockpitOptions:
    """Everything the cockpit does not know by itself."""

    explain_permissions: Callable[[], str]
    """The permission state in force, as text."""
    log: Log
    soft_interrupt_stderr: Callable[[str], None]
    """Writes a line to what stderr was before the screen was taken; nowhere when it is the screen."""
    read_models: Callable[[], ModelCatalog] = ModelCatalog
    """Reads the model catalog; it may take its time."""
    read_memory: Callable[[str], Awaitable[RepositoryMemory]] = _nothing_remembered
    """Reads what is remembered of a repository, named by its slug."""
    task: str = ""
    """A run to start as soon as the cockpit is open."""
    log_path: str = ""
    """Where the session log is, to be named when the cockpit stops by an error."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970, for what is shown."""
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never jump, for dead times and double presses."""
    animations: bool = True
    """False: nothing moves by itself."""
    attention: bool = True
    """False: nothing rings, notifies or writes a title, whatever waits or has ended."""
    theme: ThemeName = "mogplex-dark"
    zone: tzinfo | None = None
    """Time zone of the times shown; None for this machine's."""
