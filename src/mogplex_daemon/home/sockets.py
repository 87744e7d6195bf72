"""Where a Unix socket can lie, and whether somebody listens there.

Its path must fit into `sockaddr_un`, which holds about 100 bytes.
"""

import errno
import hashlib
import os
import socket
import stat
import warnings
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
    name = f"{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]}.sock"
    folder = _runtime_folder()
    try:
        if len(os.fsencode(folder / name)) > MAX_SOCKET_PATH_BYTES:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(folder))
        ensure_private_dir(folder)
    except OSError:
        folder = Path("/tmp") / f"mogplex-{os.getuid()}"
        ensure_private_dir(folder)
    owner = folder.lstat().st_uid
    if owner != os.getuid():
        raise PermissionError(
            errno.EPERM, f"it belongs to user {owner}; remove it, or choose a shorter path", str(folder)
        )
    return folder / name


def is_listened_on(path: Path) -> bool:
    """Whether a process takes connections there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(os.fspath(path))
        except OSError:
            return False
    return True


def clear_stale_socket(path: Path) -> None:
    """Remove a socket that nobody listens on any more. Raises OSError where anything else is in the place."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EEXIST, "something that is no socket is there", str(path))
    if is_listened_on(path):
        raise OSError(errno.EADDRINUSE, "another daemon listens there", str(path))
    path.unlink(missing_ok=True)


def _runtime_folder() -> Path:
    """The user's; platformdirs would warn on stderr, over the cockpit, where the system names none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Path(platformdirs.user_runtime_dir("mogplex"))
