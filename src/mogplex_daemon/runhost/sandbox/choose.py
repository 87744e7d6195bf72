"""Which sandbox a run's commands get, from settings, permission mode and machine; and how it is told."""

from collections.abc import Mapping
from pathlib import Path

from mogplex_contracts.vocabulary import PermissionMode, SandboxLevel
from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import Home, RunFolder
from mogplex_daemon.home.settings import SandboxSettings
from mogplex_daemon.runhost.sandbox.level import Sandbox, find_sandbox
from mogplex_daemon.runhost.sandbox.policy import sandbox_rules
from mogplex_daemon.runhost.workspace import Workspace


def full_access(settings: SandboxSettings, mode: PermissionMode) -> bool:
    """Whether commands are not confined at all, by a person's choice. What the settings say goes before the mode."""
    chosen = settings.mode or ("danger-full-access" if mode == "auto" else "workspace-write")
    return chosen == "danger-full-access"


def chosen_sandbox(
    settings: SandboxSettings,
    mode: PermissionMode,
    workspace: Workspace,
    home: Home,
    run_folder: Path,
    environ: Mapping[str, str],
) -> Sandbox | None:
    """The best this machine gives; None for full access. Raises OSError when the run's folder cannot be written."""
    if full_access(settings, mode):
        return None
    temporary = RunFolder(run_folder).temporary
    ensure_private_dir(temporary)
    return find_sandbox(
        sandbox_rules(
            workspace.root,
            temporary,
            home.root,
            environ,
            writable=settings.writable,
            network=settings.network,
            local_sockets=settings.local_sockets,
        )
    )


def level(sandbox: Sandbox | None) -> SandboxLevel:
    """How well commands are confined."""
    return sandbox.level if sandbox else "off"


def told_level(sandbox: Sandbox | None) -> str:
    """What a person should know of a sandbox that is not the best there is; empty when it is, or was not wanted."""
    if sandbox is None:
        return ""
    reasons = " · ".join(sandbox.refused)
    match sandbox.level:
        case "nominal":
            return ""
        case "partial":
            return (
                "the sandbox is partial: commands write to the workspace only and have no network, but .git is "
                f"mended afterwards instead of protected, and modes of own files can be changed · {reasons}"
            )
        case "off":
            return f"there is no sandbox, so every command asks a person, whatever the rules say · {reasons}"
