"""Private files that are always whole: after a crash there is the old content or the new one, never half."""

import os
import tempfile
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def write_atomic(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Replace `path` by `data`, on disk when this returns; missing parents are made with mode 0700.

    A symlink is followed: the file it points to is replaced. Raises OSError; then the old file is untouched.
    """
    target = Path(os.path.realpath(path))
    ensure_private_dir(target.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:64]}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def ensure_private_dir(path: Path) -> None:
    """Make the folder and its missing parents with mode 0700, whatever the umask; one that is there stays.

    Raises OSError, and FileExistsError when something else than a folder is there.
    """
    if path.is_dir():
        return
    if path.parent != path:
        ensure_private_dir(path.parent)
    try:
        path.mkdir(mode=FOLDER_MODE)
    except FileExistsError:
        # Somebody else made it in the meantime, or it is a file.
        if not path.is_dir():
            raise
        return
    path.chmod(FOLDER_MODE)
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    """Put the names in a folder on disk, so that a replaced file is still replaced after a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
