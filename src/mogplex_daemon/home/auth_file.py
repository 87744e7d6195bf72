"""auth.json: stored credentials. 0600, replaced atomically, and changed by one process at a time."""

import fcntl
import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.home.atomic import FILE_MODE, ensure_private_dir, write_atomic

MOGPLEX = "mogplex"
"""The key of the Mogplex account's credential."""


@contextmanager
def changing(path: Path) -> Generator[None]:
    """Hold this while reading and then replacing the file: nobody else's change is lost. Raises OSError."""
    ensure_private_dir(path.parent)
    descriptor = os.open(
        path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE
    )
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_credentials(path: Path) -> Mapping[str, Any]:
    """What is stored, by provider; nothing when there is no file.

    Raises OSError, and ValueError for a malformed file: its message names the file.
    """
    try:
        stored: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON ({error}); mend it or move it away") from error
    if not isinstance(stored, dict):
        raise ValueError(f"{path} holds no JSON object; mend it or move it away")
    return cast(dict[str, Any], stored)


def write_mogplex(path: Path, entry: Mapping[str, Any]) -> None:
    """Store the account's credential and leave every other one as it is; call it while `changing`.

    Raises OSError and ValueError; then the file is as it was.
    """
    write_credentials(path, {**read_credentials(path), MOGPLEX: dict(entry)})


def write_credentials(path: Path, stored: Mapping[str, Any]) -> None:
    """Replace the whole file. Raises OSError; then it is as it was."""
    write_atomic(path, json.dumps(stored, indent=2).encode() + b"\n")


def forget_mogplex(path: Path) -> bool:
    """Clear the Mogplex token; False when there was none. Raises OSError, and ValueError for a malformed file."""
    if not path.exists():
        return False
    with changing(path):
        stored = read_credentials(path)
        if MOGPLEX not in stored:
            return False
        write_credentials(path, {key: value for key, value in stored.items() if key != MOGPLEX})
    return True


def stored_keys(path: Path) -> dict[str, str]:
    """The credentials by provider, to call with them; none when the file is missing or malformed. Never raises.

    A credential is a text, or an object that holds one as `token`, `access_token`, `api_key` or `key`.
    """
    try:
        stored = read_credentials(path)
    except (OSError, ValueError):
        return {}
    found = {name: key_of(value) for name, value in stored.items()}
    return {name: key for name, key in found.items() if key}


def key_of(value: Any) -> str:
    """The credential that a stored value holds; empty for none."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, dict):
        return ""
    fields = cast(dict[str, Any], value)
    held = (fields.get(name) for name in ("token", "access_token", "api_key", "key"))
    return next((each.strip() for each in held if isinstance(each, str) and each.strip()), "")
