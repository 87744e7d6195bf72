"""Reading the text of a file that a patch is to change."""

import os
import stat
from contextlib import ExitStack
from dataclasses import dataclass

from mogplex_daemon.runhost.anchored import Stamp, open_entry
from mogplex_daemon.runhost.patch.lines import PatchRefusal
from mogplex_daemon.runhost.workspace import Workspace

MAX_BYTES = 10_000_000
"""The biggest file a patch may change."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file's text, line endings and byte order mark kept, with its permission bits and its stamp."""

    text: str
    mode: int
    stamp: Stamp


def read_text(workspace: Workspace, path: str) -> TextFile | None:
    """A workspace file that may be written; None when it is not there.

    Raises WorkspaceRefusal for a path that may not be written, PatchRefusal for what is not UTF-8 text.
    """
    relative = workspace.name(workspace.resolve_for_write(path))
    with ExitStack() as stack:
        try:
            descriptor = open_entry(workspace.root, relative, stack).open_regular()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise PatchRefusal(f"{path}: {error.strerror or 'it is not a regular file'}") from error
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if status.st_size > MAX_BYTES:
                limit = f"{MAX_BYTES // 1_000_000} MB"
                raise PatchRefusal(f"{path}: over {limit} is too big to patch; run a command instead")
            content = file.read()
    return TextFile(_decoded(content, path), stat.S_IMODE(status.st_mode) & 0o777, Stamp.of(status))


def _decoded(content: bytes, path: str) -> str:
    if b"\0" in content:
        raise PatchRefusal(f"{path}: it is a binary file, which a patch can not change")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        raise PatchRefusal(f"{path}: it is not UTF-8 text ({where}); run a command instead") from error
