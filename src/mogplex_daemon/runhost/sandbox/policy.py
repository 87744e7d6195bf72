"""What one command may touch. Paths only: nothing here starts a process."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mogplex_daemon.runhost.sandbox.git_places import git_places

SECRETS: tuple[str, ...] = (
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".kube",
    ".docker",
    ".netrc",
    ".git-credentials",
    ".pypirc",
    ".npmrc",
    ".config/gh",
    ".config/gcloud",
    ".config/git/credentials",
    ".config/op",
    ".password-store",
    ".local/share/keyrings",
    ".local/share/opencode",
    ".codex",
    ".claude",
    ".claude.json",
    ".gemini",
    ".mozilla",
    ".config/google-chrome",
    ".config/chromium",
)
"""Where credentials lie in a home folder. A command that needs one needs a person."""
SYSTEM_TEMPORARY = Path("/tmp")


@dataclass(frozen=True, slots=True)
class SandboxRules:
    """What holds for every command of a run."""

    workspace: Path
    """Absolute, symlinks resolved, as every path here."""
    temporary: Path
    """A folder of the run that stands in for /tmp."""
    writable: tuple[Path, ...] = ()
    """Further folders a person has opened."""
    masked: tuple[Path, ...] = ()
    """What no command may read."""
    network: bool = False
    local_sockets: bool = False
    """Whether unix sockets may be made and connected to."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules as they stand on the disk now: only paths that are there."""

    workspace: Path
    temporary: Path
    writable: tuple[Path, ...]
    """Folders a command may change: the workspace, what holds its repository, what a person has opened."""
    protected: tuple[Path, ...]
    """What stays as it is inside of them."""
    masked: tuple[Path, ...]
    """What cannot be read, unless it was opened."""
    network: bool = False
    local_sockets: bool = False


def sandbox_rules(
    workspace: Path,
    temporary: Path,
    mogplex_home: Path,
    environ: Mapping[str, str],
    writable: Iterable[str] = (),
    network: bool = False,
    local_sockets: bool = False,
) -> SandboxRules:
    """The rules of a run. `writable` as people write it: absolute or below `~`."""
    home = Path(environ.get("HOME") or Path.home())
    opened = (Path(text).expanduser() for text in writable)
    return SandboxRules(
        workspace=_real(workspace),
        temporary=_real(temporary),
        writable=tuple(_real(path) for path in opened if path.is_absolute()),
        masked=(_real(mogplex_home), *(_real(home / name) for name in SECRETS)),
        network=network,
        local_sockets=local_sockets,
    )


def policy_now(rules: SandboxRules) -> Policy:
    """The policy for a command that starts now."""
    git = git_places(rules.workspace)
    writable = tuple(dict.fromkeys((rules.workspace, *git.writable, *rules.writable)))
    return Policy(
        workspace=rules.workspace,
        temporary=rules.temporary,
        writable=tuple(path for path in writable if path.is_dir()),
        protected=git.protected,
        masked=tuple(path for path in rules.masked if path.exists() and path not in writable),
        network=rules.network,
        local_sockets=rules.local_sockets,
    )


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
