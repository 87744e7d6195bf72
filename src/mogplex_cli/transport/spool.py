"""What a pipe has brought, kept in a file for as long as the cockpit is open: so that one can look back in it."""

import tempfile
from contextlib import suppress
from pathlib import Path

OWN_FILES = "/proc/self/fd"
"""Where Linux has the open files of a process; each can be opened once more, with a place of its own."""


class Spool:
    """Never fails: where there is no room, nothing can be looked up."""

    def __init__(self) -> None:
        self._file = None
        if not Path(OWN_FILES).is_dir():
            return
        with suppress(OSError):
            self._file = tempfile.TemporaryFile(prefix="mogplex-stream-", buffering=0)  # noqa: SIM115 -- open as long as this lives

    @property
    def path(self) -> Path | None:
        """The file. It has no name, so nothing is left however the cockpit ends; None when it is not whole."""
        return Path(f"{OWN_FILES}/{self._file.fileno()}") if self._file else None

    def add(self, data: bytes) -> None:
        """Keep what came next."""
        if self._file is None:
            return
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            self.close()

    def close(self) -> None:
        """Delete the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
