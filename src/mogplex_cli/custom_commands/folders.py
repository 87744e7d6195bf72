"""Reads the command files of a folder. Whatever is in the way is told and passed over; nothing here raises."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mogplex_cli.custom_commands.command import CustomCommand, Problem
from mogplex_cli.custom_commands.markdown import Source, Unusable, read_command
from mogplex_cli.custom_commands.places import Place
from mogplex_contracts.text import one_line

SUFFIX = ".md"
MAX_FILE_BYTES = 128 * 1024
MAX_DEPTH = 8
"""Folders below a commands folder."""
MAX_ENTRIES = 5_000
"""What is looked at in one commands folder, links followed."""
PROBE_BYTES = 8_192


@dataclass(slots=True)
class Found:
    """What a folder holds."""

    commands: list[CustomCommand] = field(default_factory=list[CustomCommand])
    problems: list[Problem] = field(default_factory=list[Problem])


def read_folder(place: Place, root: Path) -> Found:
    """All commands of one place, by path; a folder that is not there holds none. `root` is the project's."""
    return _Reader(place, root).read()


class _Reader:
    def __init__(self, place: Place, root: Path) -> None:
        self._place = place
        self._root = root
        self._found = Found()
        self._left = MAX_ENTRIES

    def read(self) -> Found:
        place = self._place
        if place.within is not None and not _lies_in(place.folder, place.within):
            self._tell(place.folder, "leads out of the project; it is left out")
        elif place.folder.is_dir():
            for path, parts in self._files(place.folder, (), (place.folder.resolve(),)):
                self._take(path, parts)
        elif os.path.lexists(place.folder):
            self._tell(place.folder, "is no folder; it is left out")
        elif place.named:
            self._tell(place.folder, f"there is no such folder; make it, or mend {place.named}")
        return self._found

    def _files(
        self, folder: Path, parts: tuple[str, ...], inside: tuple[Path, ...]
    ) -> Iterator[tuple[Path, tuple[str, ...]]]:
        """The files below a folder with their place in it; `inside` are the real folders around it."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._tell(folder, f"cannot be read ({error.strerror}); it is left out")
            return
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith("."):
                continue
            if self._left == 0:
                self._left = -1
                self._tell(
                    self._place.folder,
                    f"holds more than {MAX_ENTRIES} entries; those after {path} are left out",
                )
            if self._left < 0:
                return
            self._left -= 1
            if entry.is_symlink() and not self._may_follow(path, inside):
                continue
            if entry.is_dir():
                if len(inside) > MAX_DEPTH:
                    self._tell(path, f"lies more than {MAX_DEPTH} folders deep; it is left out")
                    continue
                yield from self._files(path, (*parts, _printable(entry.name)), (*inside, path.resolve()))
            elif entry.name.endswith(SUFFIX):
                yield path, (*parts, _printable(entry.name.removesuffix(SUFFIX)))

    def _may_follow(self, link: Path, inside: tuple[Path, ...]) -> bool:
        """Whether a link leads somewhere, not in a circle, and not out of what this place may show."""
        try:
            real = link.resolve(strict=True)
        except (OSError, RuntimeError):
            self._tell(link, "is a link that leads nowhere, or to itself; it is left out")
            return False
        if real in inside:
            self._tell(link, f"is a link back to {self._shown(real)}; it is left out")
            return False
        if self._place.within is not None and not _lies_in(real, self._place.within):
            self._tell(link, "is a link that leads out of the project; it is left out")
            return False
        return True

    def _take(self, path: Path, parts: tuple[str, ...]) -> None:
        try:
            text = _read_text(path)
            command, remarks = read_command(text, Source(parts, self._place.scope, self._shown(path)))
        except Unusable as reason:
            self._tell(path, str(reason))
        except OSError as error:
            self._tell(path, f"cannot be read ({error.strerror}); it is left out")
        else:
            self._found.commands.append(command)
            for remark in remarks:
                self._tell(path, remark)

    def _tell(self, path: Path, message: str) -> None:
        self._found.problems.append(Problem(self._shown(path), one_line(message)))

    def _shown(self, path: Path) -> str:
        return shown_path(path, self._root)


def shown_path(path: Path, root: Path) -> str:
    """A path as people read it: relative to the project, or under `~`."""
    for folder, name in ((root, ""), (Path.home(), "~/")):
        if path != folder and path.is_relative_to(folder):
            return one_line(_printable(f"{name}{path.relative_to(folder)}"), 200)
    return one_line(_printable(str(path)), 200)


def _printable(name: str) -> str:
    """A file name that may be no UTF-8, as text."""
    return name.encode("utf-8", "replace").decode()


def _lies_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _read_text(path: Path) -> str:
    """The text of a command file. Raises OSError and Unusable."""
    # Opening a pipe would wait for its writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise Unusable("is no regular file; it is left out")
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise Unusable(
            f"is {facts.st_size / 1024:,.0f} KiB, {MAX_FILE_BYTES // 1024} KiB is the limit; it is left out"
        )
    if b"\0" in data[:PROBE_BYTES]:
        raise Unusable("is a binary file; it is left out")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable("is not UTF-8 text; save it as UTF-8, until then it is left out") from error
