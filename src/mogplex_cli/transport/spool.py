"""What a pipe has brought, kept in a file for as long as the cockpit is open: so that one can look back in it."""

import tempfile
from contextlib import suppress
from pathlib import Path


class Spool:
    """Never fails: where there is no room, nothing can be looked up."""

    def __init__(self) -> None:
        self._file = None
        with suppress(OSError):
            self._file = tempfile.NamedTemporaryFile(prefix="mogplex-stream-", buffering=0)  # noqa: SIM115 -- open as long as this lives

    @property
    def path(self) -> Path | None:
        """The file; None when it could not be written whole."""
        return Path(self._file.name) if self._file else None

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
