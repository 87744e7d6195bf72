"""run.json: facts about a run for whoever lists runs without reading journals. Replaced atomically."""

from pathlib import Path

import psutil
from pydantic import ValidationError

from mogplex_contracts.base import Wire
from mogplex_contracts.protocol import PROTOCOL, ProtocolRange
from mogplex_contracts.state import RunState
from mogplex_contracts.version import VERSION
from mogplex_contracts.vocabulary import RunStatus
from mogplex_daemon.home.atomic import write_atomic


class RunMetadata(Wire):
    """What run.json holds."""

    run_id: str
    """Id of the run."""
    status: RunStatus
    """Its status when this was written; only the journal is sure to be up to date."""
    task: str
    """What was asked for."""
    cwd: str
    """Its workspace."""
    repo: str
    """Repository slug."""
    harness: str
    """What drives it."""
    started_at: str
    """When it began."""
    ended_at: str
    """When it ended; empty while it has not."""
    model: str | None = None
    """Model in use; null when unknown."""
    cost_usd: float | None = None
    """What it has cost; null when unknown."""
    pid: int | None = None
    """Its host process; null when there is none."""
    pid_started: float | None = None
    """When that process was created, seconds since 1970: a reused pid has another time."""
    socket: str
    """Where the host listens."""
    protocol: ProtocolRange = PROTOCOL
    """What the host speaks."""
    build: str = VERSION
    """The host's program version."""

    @classmethod
    def of(cls, state: RunState, pid: int | None, socket: Path) -> "RunMetadata":
        """The metadata of a run that process `pid` hosts; None when nobody does."""
        return cls(
            run_id=state.run_id,
            status=state.status,
            task=state.task,
            cwd=state.cwd,
            repo=state.repo,
            harness=state.harness,
            started_at=state.started_at,
            ended_at=state.ended_at,
            model=state.model,
            cost_usd=state.usage.total.cost_usd,
            pid=pid,
            pid_started=psutil.Process(pid).create_time() if pid else None,
            socket=str(socket),
        )


def save_metadata(path: Path, metadata: RunMetadata) -> None:
    """Replace run.json; raises OSError."""
    write_atomic(path, metadata.model_dump_json(indent=2).encode() + b"\n")


def load_metadata(path: Path) -> RunMetadata | None:
    """What run.json says; None when it is missing or cannot be understood."""
    try:
        return RunMetadata.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
