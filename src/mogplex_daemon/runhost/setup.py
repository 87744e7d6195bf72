"""Everything a host reads before its run begins: settings, permission rules, secrets to hide, memory."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mogplex_contracts.permissions import PermissionLayers
from mogplex_contracts.vocabulary import PermissionMode
from mogplex_daemon.harness.model_access import ModelAccess
from mogplex_daemon.home.instructions import Instructions, load_instructions
from mogplex_daemon.home.memory import MemoryStore
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.permission_files import load_layers
from mogplex_daemon.home.redaction import Redactor, known_secrets
from mogplex_daemon.home.repo_slug import repo_slug
from mogplex_daemon.home.settings import Settings, load_settings
from mogplex_daemon.runhost.account_key import AccountKey
from mogplex_daemon.runhost.mcp.load import LoadedServers, read_servers
from mogplex_daemon.runhost.model_access import find_access
from mogplex_daemon.runhost.processes import ProcessRunner
from mogplex_daemon.runhost.rules import RuleFiles
from mogplex_daemon.runhost.sandbox.choose import chosen_sandbox
from mogplex_daemon.runhost.sandbox.level import Sandbox
from mogplex_daemon.runhost.workspace import Workspace


@dataclass(frozen=True, slots=True)
class HostSetup:
    """What a run is given from outside."""

    slug: str
    """Of the workspace's repository."""
    settings: Settings
    layers: PermissionLayers
    rule_files: RuleFiles
    """Where remembered rules are written."""
    problems: tuple[str, ...]
    """What was wrong with the files that were read, a line each."""
    redactor: Redactor
    memory: MemoryStore
    workspace: Workspace
    processes: ProcessRunner
    socket: Path
    """Where the host listens."""
    sandbox: Sandbox | None = None
    """What commands are confined to; None for full access."""
    runs_our_tools: bool = True
    """Whether the run's commands are ours at all; an agent that brings its own tools confines them by itself."""
    instructions: Instructions = field(default_factory=Instructions)
    """What the repo says to every agent."""
    models: ModelAccess = field(default_factory=ModelAccess)
    """Where models can be called."""
    account: AccountKey | None = None
    """The account's credential, when the run uses it and it is one that ends."""
    mcp_servers: LoadedServers = field(default_factory=LoadedServers)
    """The MCP servers of the run, also those it does not use."""
    read_mcp_servers: Callable[[], LoadedServers] = LoadedServers
    """Reads them again, for a person who has changed something."""
    clock: Callable[[], float] = time.time


def moved_setup(setup: HostSetup, cwd: Path) -> HostSetup:
    """The same for a run that works in another folder: a worktree of the repository it was asked for."""
    workspace, sandbox = Workspace(cwd), setup.sandbox
    if sandbox is not None:
        sandbox = replace(sandbox, rules=replace(sandbox.rules, workspace=workspace.root))
    return replace(setup, workspace=workspace, sandbox=sandbox)


def read_setup(
    home: Home,
    cwd: Path,
    session_mode: PermissionMode | None,
    socket: Path,
    run_folder: Path,
    environ: Mapping[str, str] = os.environ,
) -> HostSetup:
    """Read it all. Malformed files become `problems`; raises nothing for them."""
    slug = repo_slug(cwd)
    loaded = load_settings(home, cwd)
    servers = read_servers(home, cwd, environ)
    permissions = load_layers(home.root, slug, session_mode)
    workspace = Workspace(cwd)
    instructions = load_instructions(home, cwd)
    found = find_access(home, loaded.settings, environ, instructions.agent_file.model)
    keys = {provider.key for provider in found.access.providers}
    return HostSetup(
        slug=slug,
        settings=loaded.settings,
        layers=permissions.layers,
        rule_files={"global": home.permissions, "project": home.project_permissions(slug)},
        problems=(
            *dict.fromkeys((*loaded.problems, *servers.problems)),
            *found.problems,
            *(f"{problem.message}. {problem.fix}" for problem in permissions.problems),
        ),
        redactor=Redactor(known_secrets(environ, home.auth) | servers.secrets | keys),
        memory=MemoryStore(home.memory(slug)),
        workspace=workspace,
        processes=ProcessRunner(run_folder=str(run_folder.resolve())),
        socket=socket,
        sandbox=chosen_sandbox(
            loaded.settings.sandbox, permissions.layers.mode, workspace, home, run_folder, environ
        ),
        instructions=instructions,
        models=found.access,
        account=found.account,
        mcp_servers=servers,
        read_mcp_servers=lambda: read_servers(home, cwd, environ),
    )
