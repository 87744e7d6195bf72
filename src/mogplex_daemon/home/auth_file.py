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


def stored_keys(path: Path) -> dict[str, str]:
    """The credentials by provider, to call with them; none when the file is missing or malformed. Never raises.

    A credential is a text, or an object that holds one as `token`, `access_token`, `api_key` or `key`.
    """
    try:
        stored: Any = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(stored, dict):
        return {}
    found = {name: _key(value) for name, value in cast(dict[str, Any], stored).items()}
    return {name: key for name, key in found.items() if key}


def _key(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, dict):
        return ""
    fields = cast(dict[str, Any], value)
    held = (fields.get(name) for name in ("token", "access_token", "api_key", "key"))
    return next((each.strip() for each in held if isinstance(each, str) and each.strip()), "")
