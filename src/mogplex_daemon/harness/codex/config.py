"""A CODEX_HOME of the run's own: the person's login and model provider, our settings, and nothing else.

Codex writes into its home, trusts folders there and remembers approvals there. With a home of its own it does so in
the run's folder; what the person's own codex does stays theirs.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import tomli_w

from mogplex_contracts.vocabulary import PermissionMode

CATALOG = "model_catalog_json"
TAKEN_OVER = ("model", "model_provider", "model_providers", CATALOG)
"""What of the person's config.toml counts here: the model, who provides it, and the file that describes it."""
LEFT_BEHIND = (".git", ".agents", ".codex", ".aws")
"""Empty folders that codex's sandbox leaves in the workspace when a command in it is killed."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """How codex itself confines what it runs, and when it asks."""

    sandbox: Literal["workspace-write", "danger-full-access"]
    approval_policy: Literal["on-request", "untrusted", "never"]


CONFINEMENT: Mapping[PermissionMode, Confinement] = {
    "approval": Confinement("workspace-write", "on-request"),
    "auto": Confinement("danger-full-access", "never"),
}
STRICT = Confinement("workspace-write", "untrusted")
"""For `approval` when a person wants to be asked for every patch and command."""


def confinement(mode: PermissionMode, asks: str = "") -> Confinement:
    """How codex is held in a mode; `asks` is the setting `[agents.codex] asks`, which can only tighten."""
    return STRICT if (mode, asks) == ("approval", "untrusted") else CONFINEMENT[mode]


class BadCodexConfig(Exception):
    """The person's config.toml cannot be read; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class CodexHome:
    """Where codex keeps its things in this run."""

    root: Path
    temporary: Path
    """Its TMPDIR. Codex refuses to work with a home below its temporary folder, so it has one beside it."""

    @property
    def environ(self) -> dict[str, str | None]:
        """What codex is started with."""
        return {"CODEX_HOME": str(self.root), "TMPDIR": str(self.temporary)}


def prepare_home(folder: Path, workspace: Path, environ: Mapping[str, str] = os.environ) -> CodexHome:
    """Make the home below `folder`, or bring it up to date. Raises BadCodexConfig and OSError."""
    home = CodexHome(folder / "codex", folder / "tmp")
    for each in (home.root, home.temporary):
        each.mkdir(mode=0o700, exist_ok=True)
    theirs = users_home(environ)
    config = home.root / "config.toml"
    config.touch(mode=0o600)
    config.write_text(tomli_w.dumps(private_config(read_config(theirs), workspace)), "utf-8")
    login, link = theirs / "auth.json", home.root / "auth.json"
    # A link, because codex renews a login in place: a renewed copy would log the person out elsewhere.
    if login.exists() and not link.is_symlink():
        link.symlink_to(login.resolve())
    return home


def users_home(environ: Mapping[str, str]) -> Path:
    """The CODEX_HOME of the person's own codex."""
    return Path(environ.get("CODEX_HOME") or Path(environ.get("HOME") or Path.home()) / ".codex")


def read_config(home: Path) -> dict[str, Any]:
    """The person's config.toml; empty without one. Raises BadCodexConfig."""
    path = home / "config.toml"
    try:
        config = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadCodexConfig(f"{path} cannot be read: {error}; mend it, codex needs it too") from error
    if isinstance(config.get(CATALOG), str):
        # Relative to the file it stands in, which is elsewhere for the run's codex.
        config[CATALOG] = str(home / config[CATALOG])
    return config


def private_config(theirs: Mapping[str, Any], workspace: Path) -> dict[str, Any]:
    """The config of the run's codex. Pure but for the look at where the repository begins."""
    return {
        **{key: theirs[key] for key in TAKEN_OVER if key in theirs},
        "check_for_update_on_startup": False,
        # A login shell's greeting would stand in every output.
        "allow_login_shell": False,
        # What the repo says to agents is in our instructions already.
        "project_doc_max_bytes": 0,
        # 0: as long as its startup_timeout. Else the first turn does without a server that takes more than a second.
        "mcp_optional_startup_grace_ms": 0,
        "analytics": {"enabled": False},
        "feedback": {"enabled": False},
        "history": {"persistence": "none"},
        "sandbox_workspace_write": {"exclude_slash_tmp": True},
        # A turn that works can go on with another model; connectors of the account stay out of a run.
        "features": {"step_model_switching": True, "apps": False},
        "suppress_unstable_features_warning": True,
        # Untrusted: then codex neither loads the repository's .codex nor marks it as trusted.
        "projects": {str(root): {"trust_level": "untrusted"} for root in trust_roots(workspace)},
    }


def trust_roots(workspace: Path) -> tuple[Path, ...]:
    """Every folder that codex may take for the project: the workspace, its repository, that of its worktree."""
    roots = [workspace]
    for folder in (workspace, *workspace.parents):
        git = folder / ".git"
        if git.exists():
            roots.append(folder)
            main = _main_repository(git)
            if main is not None:
                roots.append(main)
            break
    return tuple(dict.fromkeys(roots))


def _main_repository(git: Path) -> Path | None:
    """Where the repository of a worktree lies, whose `.git` is a file that says so."""
    if not git.is_file():
        return None
    try:
        place = git.read_text("utf-8", "replace").removeprefix("gitdir:").strip()
    except OSError:
        return None
    folder = (git.parent / place).resolve()
    return folder.parents[2] if folder.parent.name == "worktrees" else None


def absent_folders(workspace: Path) -> tuple[Path, ...]:
    """Which of the folders that codex may leave behind are not there now."""
    return tuple(path for name in LEFT_BEHIND if not os.path.lexists(path := workspace / name))


def remove_empty(folders: tuple[Path, ...]) -> None:
    """Take away those that are there now and empty."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            continue
