"""Where a Unix socket can lie: its path must fit into `sockaddr_un`, which holds about 100 bytes."""

import hashlib
import os
from pathlib import Path

import platformdirs

from mogplex_daemon.home.atomic import ensure_private_dir

MAX_SOCKET_PATH_BYTES = 100


def socket_path(wanted: Path) -> Path:
    """`wanted`, or, when it is too long, a short path in a private per-user runtime folder.

    The short name is made from the wanted path, so that everyone who wants the same one finds the same one.
    Raises OSError when that folder cannot be made or belongs to someone else.
    """
    if len(os.fsencode(wanted)) <= MAX_SOCKET_PATH_BYTES:
        return wanted
    folder = Path(platformdirs.user_runtime_dir("mogplex"))
    try:
        ensure_private_dir(folder)
    except OSError:
        folder = Path("/tmp") / f"mogplex-{os.getuid()}"
        ensure_private_dir(folder)
    owner = folder.stat().st_uid
    if owner != os.getuid():
        raise PermissionError(f"{folder} belongs to user {owner}; remove it, or set a shorter MOGPLEX_HOME")
    return folder / f"{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]}.sock"
