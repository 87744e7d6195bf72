"""auth.json: stored credentials. 0600, replaced atomically."""

import json
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.home.atomic import write_atomic

MOGPLEX = "mogplex"
"""The key of the Mogplex account's credential."""


def forget_mogplex(path: Path) -> bool:
    """Clear the Mogplex token; False when there was none. Raises OSError, and ValueError for a malformed file."""
    try:
        stored: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return False
    if not isinstance(stored, dict) or MOGPLEX not in stored:
        return False
    kept = {key: value for key, value in cast(dict[str, Any], stored).items() if key != MOGPLEX}
    write_atomic(path, json.dumps(kept, indent=2).encode() + b"\n")
    return True
