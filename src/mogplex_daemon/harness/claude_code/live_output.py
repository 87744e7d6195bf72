"""What a running command prints, before Claude Code tells it: it keeps the output of each command in a file.

The file does not say which call it belongs to. It is that of the one command that runs; when several run at once, as
those of sub-agents may, nobody can tell, and their output comes only with their results.
"""

import os
from codecs import getincrementaldecoder
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

STEP_MS = 100
"""Between two looks at what the system has told of changes."""
PIECE_BYTES = 65_536


@dataclass(slots=True)
class _File:
    use_id: str | None
    """The call it belongs to; None when that cannot be told."""
    offset: int = 0
    decoder: Any = field(default_factory=lambda: getincrementaldecoder("utf-8")("replace"))


class LiveOutput:
    """Follows the files below a folder of one process."""

    def __init__(
        self, folder: Path, running: Callable[[], Sequence[str]], tell: Callable[[str, str], Awaitable[None]]
    ) -> None:
        """`running` are the ids of the commands that run now; `tell` is given one and a piece of its output."""
        self._folder = folder
        self._running = running
        self._tell = tell
        self._files: dict[Path, _File] = {}
        self._stop = anyio.Event()

    def stop(self) -> None:
        """Follow no longer. To be called before `follow` is cancelled: its thread hears nothing else."""
        self._stop.set()

    async def follow(self) -> None:
        """Tell what is printed. Raises OSError or RuntimeError when nothing can be watched."""
        # Here, because it loads a compiled library that most parts of the program do without.
        awatch: Any = import_module("watchfiles").awatch
        async for changes in awatch(
            self._folder, watch_filter=None, step=STEP_MS, debounce=4 * STEP_MS, stop_event=self._stop
        ):
            changed = [Path(path) for _, path in changes]
            for path in await anyio.to_thread.run_sync(_outputs, changed):
                await self._read(path)

    async def _read(self, path: Path) -> None:
        file = self._files.get(path)
        if file is None:
            running = self._running()
            file = self._files[path] = _File(running[0] if len(running) == 1 else None)
        while file.use_id is not None:
            piece = await anyio.to_thread.run_sync(_piece, path, file.offset)
            if not piece:
                return
            file.offset += len(piece)
            await self._tell(file.use_id, file.decoder.decode(piece))


def is_output(path: Path) -> bool:
    """Whether a file holds the output of a command: those of sub-agents, which lie beside them, begin with `a`."""
    return path.parent.name == "tasks" and path.suffix == ".output" and path.name.startswith("b")


def _outputs(changed: Iterable[Path]) -> list[Path]:
    """The outputs among these paths and below them: a new folder may hold files from before it was watched."""
    found: set[Path] = set()
    for path in changed:
        found.update(filter(is_output, [path, *(path.rglob("*.output") if path.is_dir() else ())]))
    return sorted(found)


def _piece(path: Path, offset: int) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return b""
    try:
        return os.pread(descriptor, PIECE_BYTES, offset)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
