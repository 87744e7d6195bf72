"""What whoever opens the cockpit gives it from outside."""

import errno
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Protocol, TypeAlias

from mogplex_cli.account.door import AccountDoor, NoAccount
from mogplex_cli.cockpit.keymap import KEYS, Key
from mogplex_cli.cockpit.kit.pressed import pressed_at

if TYPE_CHECKING:
    from textual.events import Event

    from mogplex_cli.export.request import Exported, ExportRequest
    from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory
    from mogplex_cli.transport.base import Answer, LookBack
    from mogplex_contracts.state import RunState
    from mogplex_daemon.home.permission_files import LoadedPermissions


class Log(Protocol):
    """Writes one line of the session log."""

    def __call__(self, event: str, **fields: object) -> None:
        """`event` names what happened; fields are JSON values."""
        ...


async def _no_files(query: str) -> tuple[str, ...]:
    return ()


def _no_models() -> "ModelCatalog":
    from mogplex_cli.store.offers import ModelCatalog

    return ModelCatalog()


async def _nothing_remembered(repo: str) -> "RepositoryMemory":
    from mogplex_cli.store.offers import RepositoryMemory

    return RepositoryMemory(repo)


def _no_permissions(_: str) -> "LoadedPermissions":
    from mogplex_contracts.permissions import PermissionLayers
    from mogplex_daemon.home.permission_files import LoadedPermissions

    return LoadedPermissions(PermissionLayers(), ())


Ask: TypeAlias = "Callable[[LookBack], Awaitable[Answer]]"
Export: TypeAlias = "Callable[[Ask, RunState, ExportRequest], Awaitable[Exported]]"
"""From a way to get at the run's events, and the run as it is shown, to a file."""


async def no_export(ask: "Ask", run: "RunState", request: "ExportRequest") -> "Exported":
    """Where there is no home folder to write to."""
    from mogplex_cli.transport.base import TransportFailed

    raise TransportFailed("nothing can be exported here")


def no_copies(run_id: str, text: str) -> str:
    """Where there is no home folder to write to."""
    raise OSError(errno.EROFS, "nothing can be written here", run_id)


@dataclass(frozen=True, slots=True)
class CockpitOptions:
    """Everything the cockpit does not know by itself."""

    explain_permissions: Callable[[], str]
    """The permission state in force, as text."""
    log_out: Callable[[], str]
    """Clears the stored Mogplex token, and says in a line what is so now."""
    log: Log
    soft_interrupt_stderr: Callable[[str], None]
    """Writes a line to what stderr was before the screen was taken; nowhere when it is the screen."""
    account: Callable[[], AccountDoor] = NoAccount
    """The Mogplex account of this session, made when it is asked for."""
    find_files: Callable[[str], Awaitable[tuple[str, ...]]] = _no_files
    """Paths of the workspace that have these letters in this order, the best first; never raises."""
    read_permissions: "Callable[[str], LoadedPermissions]" = _no_permissions
    """What the permission files of a repository, named by its slug, say now."""
    read_models: "Callable[[], ModelCatalog]" = _no_models
    """Reads the model catalog; it may take its time."""
    read_memory: "Callable[[str], Awaitable[RepositoryMemory]]" = _nothing_remembered
    """Reads what is remembered of a repository, named by its slug."""
    export: "Export" = no_export
    """Writes a run to a file."""
    save_copy: Callable[[str, str], str] = no_copies
    """Writes text that was copied to a file of a run, by the run's id; its path. Raises OSError."""
    task: str = ""
    """A run to start as soon as the cockpit is open."""
    log_path: str = ""
    """Where the session log is, to be named when the cockpit stops by an error."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970, for what is shown."""
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never jump, for dead times and double presses."""
    pressed: "Callable[[Event], float]" = pressed_at
    """When on that clock a key was pressed."""
    animations: bool = True
    """False: nothing moves by itself."""
    attention: bool = True
    """False: nothing rings, notifies or writes a title, whatever waits or has ended."""
    keys: tuple[Key, ...] = KEYS
    """The keys in force."""
    zone: tzinfo | None = None
    """Time zone of the times shown; None for this machine's."""
