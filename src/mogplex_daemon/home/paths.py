"""Where everything lies in `$MOGPLEX_HOME`. Pure: nothing here touches the disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The layout of one home folder. Files are 0600, folders 0700."""

    root: Path

    @property
    def config(self) -> Path:
        """User-level settings."""
        return self.root / "config.toml"

    @property
    def auth(self) -> Path:
        """Stored credentials."""
        return self.root / "auth.json"

    @property
    def permissions(self) -> Path:
        """Global permission rules."""
        return self.root / "permissions.json"

    def project_permissions(self, slug: str) -> Path:
        """Permission rules of one repository."""
        return self.root / "projects" / slug / "permissions.json"

    def session_log(self, session_id: str) -> Path:
        """The structured log of one cockpit session."""
        return self.root / "logs" / f"{session_id}.jsonl"

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.root / "runs"

    def run(self, run_id: str) -> "RunFolder":
        """The folder of one run."""
        return RunFolder(self.runs / run_id)

    @property
    def exports(self) -> Path:
        """Exports of runs that are not of this machine, a folder a run."""
        return self.root / "exports"

    @property
    def daemon_socket(self) -> Path:
        """Where the daemon listens, when the path is short enough."""
        return self.root / "daemon.sock"

    @property
    def daemon_file(self) -> Path:
        """Which daemon it is, and where it really listens."""
        return self.root / "daemon.json"

    @property
    def daemon_lock(self) -> Path:
        """Held by the one daemon."""
        return self.root / "daemon.lock"

    @property
    def daemon_log(self) -> Path:
        """What a daemon in the background printed."""
        return self.root / "logs" / "daemon.log"

    @property
    def seen(self) -> Path:
        """How far runs were seen in a cockpit; may be deleted at any time."""
        return self.root / "state" / "seen.json"

    @property
    def composer_history(self) -> Path:
        """Lines sent from cockpits, a JSON string a line; may be deleted at any time."""
        return self.root / "state" / "composer_history.jsonl"

    @property
    def models(self) -> Path:
        """The account's model catalog, as it was last synced."""
        return self.root / "models.remote.json"

    @property
    def account_state(self) -> Path:
        """How the last sync with the account went; may be deleted at any time."""
        return self.root / "state" / "account.json"

    def worktree(self, run_id: str) -> Path:
        """The git worktree of a run that was given one."""
        return self.root / "worktrees" / run_id

    @property
    def remote_mcp_servers(self) -> Path:
        """The account's MCP servers, as they were last synced. It may hold tokens."""
        return self.root / "mcp-servers.remote.json"

    def memory(self, slug: str) -> Path:
        """The memory database of one repository."""
        return self.root / "memory" / f"{slug}.db"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """What a run leaves on disk."""

    root: Path

    @property
    def metadata(self) -> Path:
        """Facts about the run for whoever lists runs; replaced atomically."""
        return self.root / "run.json"

    @property
    def journal(self) -> Path:
        """The only truth about the run, append-only."""
        return self.root / "events.jsonl"

    @property
    def checkpoint(self) -> Path:
        """A state and the place in the journal it belongs to; may be deleted at any time."""
        return self.root / "checkpoint.json"

    @property
    def lock(self) -> Path:
        """Held by the one process that may write here."""
        return self.root / "host.lock"

    @property
    def socket(self) -> Path:
        """Where the host listens, when the path is short enough."""
        return self.root / "control.sock"

    @property
    def log(self) -> Path:
        """What the host process printed to its stderr."""
        return self.root / "host.log"

    @property
    def agent(self) -> Path:
        """What belongs to the agent program of the run: its private config and sessions."""
        return self.root / "agent"

    @property
    def temporary(self) -> Path:
        """What stands in for /tmp for the run's commands; gone when the run has ended."""
        return self.root / "tmp"

    @property
    def snapshots(self) -> Path:
        """A git folder of the run's own, with the states of the workspace after each turn."""
        return self.root / "snapshots"

    @property
    def artifacts(self) -> Path:
        """Outputs too big for the journal."""
        return self.root / "artifacts"

    @property
    def exports(self) -> Path:
        """What was exported from the run."""
        return self.root / "exports"


def find_home(environ: Mapping[str, str]) -> Home:
    """`MOGPLEX_HOME`, else the deprecated `CODEX_HOME`, else `~/.mogplex`; always absolute."""
    chosen = environ.get("MOGPLEX_HOME") or environ.get("CODEX_HOME") or "~/.mogplex"
    return Home(Path(chosen).expanduser().absolute())
