"""`state/account.json`: how the last sync with the account went, for whoever asks how things stand. A cache."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.home.atomic import write_atomic
from mogplex_daemon.home.paths import Home


@dataclass(frozen=True, slots=True)
class AccountState:
    """The last sync."""

    at: float = 0.0
    """When it was, seconds since 1970; 0 for never."""
    told: str = ""
    """What it brought, in a few words."""
    problem: str = ""
    """What was in the way; empty when nothing was."""


def forget_synced(home: Home) -> None:
    """Take away what was kept of the account beside its token. Raises OSError."""
    for path in (home.models, home.remote_mcp_servers, home.account_state):
        path.unlink(missing_ok=True)


def save_account_state(path: Path, state: AccountState) -> None:
    """Keep it. Never raises: nothing depends on it."""
    with suppress(OSError):
        write_atomic(path, json.dumps(asdict(state)).encode())


def load_account_state(path: Path) -> AccountState:
    """What was kept; an empty one for a missing or broken file. Never raises."""
    try:
        content: Any = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return AccountState()
    fields = cast(dict[str, Any], content) if isinstance(content, dict) else {}
    at, told, problem = (fields.get(name) for name in ("at", "told", "problem"))
    return AccountState(
        float(at) if isinstance(at, (int, float)) else 0.0,
        told if isinstance(told, str) else "",
        problem if isinstance(problem, str) else "",
    )
