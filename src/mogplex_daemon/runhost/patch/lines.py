"""Lines with their endings kept, and finding a run of them in a file with growing tolerance.

Only `\\n` ends a line (with a `\\r` before it, if there), so a form feed or a lone `\\r` stays content.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

LINE = re.compile(r"[^\n]*\n|[^\n]+")
BYTE_ORDER_MARK = "\ufeff"
EXACT = 0
"""The tolerance at which every character, the line ending too, has to agree."""


class PatchRefusal(Exception):
    """A patch that can not be used as it is. The message names the file, the hunk, and the fix."""


def split_lines(text: str) -> list[str]:
    """The lines of `text`, endings kept; joined again they are `text`."""
    return LINE.findall(text)


def body(line: str) -> str:
    """A line without its ending."""
    return line.removesuffix("\n").removesuffix("\r")


def usual_ending(lines: Sequence[str]) -> str:
    """The ending most lines have: `\\r\\n` or `\\n`."""
    windows = sum(line.endswith("\r\n") for line in lines)
    return "\r\n" if windows * 2 > len(lines) else "\n"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a run of lines is (index of its first line), and at which tolerance: EXACT, or more."""

    index: int
    tolerance: int


@dataclass(slots=True)
class LineFinder:
    """Finds runs of lines in one file: exactly, then ignoring trailing, then all outer whitespace."""

    lines: Sequence[str]
    _views: list[Sequence[str]] = field(default_factory=list[Sequence[str]])

    def __post_init__(self) -> None:
        self._views.append(self.lines)

    def first(self, wanted: Sequence[str], start: int) -> Found | None:
        """The first place at or after `start` where `wanted` stands; the strictest tolerance wins."""
        return self._search(wanted, range(start, len(self.lines) - len(wanted) + 1))

    def nearest(self, wanted: Sequence[str], start: int, expected: int) -> Found | None:
        """The place at or after `start` closest to `expected`; the strictest tolerance wins."""
        candidates = range(start, len(self.lines) - len(wanted) + 1)
        return self._search(wanted, sorted(candidates, key=lambda index: abs(index - expected)))

    def at(self, wanted: Sequence[str], index: int) -> Found | None:
        """`wanted` exactly at `index`, at the strictest tolerance that fits."""
        fits = 0 <= index <= len(self.lines) - len(wanted)
        return self._search(wanted, (index,)) if fits else None

    def _search(self, wanted: Sequence[str], candidates: Sequence[int]) -> Found | None:
        size = len(wanted)
        for tolerance, seen in enumerate(TOLERANCES):
            if tolerance == len(self._views):
                self._views.append([seen(line) for line in self.lines])
            view, sought = self._views[tolerance], [seen(line) for line in wanted]
            for index in candidates:
                if (not size or view[index] == sought[0]) and list(view[index : index + size]) == sought:
                    return Found(index, tolerance)
        return None


def _as_is(line: str) -> str:
    return line


def _without_trailing_space(line: str) -> str:
    return line.removeprefix(BYTE_ORDER_MARK).rstrip()


def _without_outer_space(line: str) -> str:
    return line.removeprefix(BYTE_ORDER_MARK).strip()


TOLERANCES = (_as_is, _without_trailing_space, _without_outer_space)


def finished(old_lines: Sequence[str], new_lines: Sequence[str], tolerance: int) -> str:
    """The new text of a file from its lines.

    A line that is not the last one gets an ending if it lacks it. What was only matched with tolerance keeps
    the file's byte order mark, which a patch written by a model never shows.
    """
    ending = usual_ending(old_lines)
    lines = [line if line.endswith("\n") else line + ending for line in new_lines[:-1]]
    text = "".join((*lines, *new_lines[-1:]))
    had_mark = bool(old_lines) and old_lines[0].startswith(BYTE_ORDER_MARK)
    if tolerance > EXACT and had_mark and not text.startswith(BYTE_ORDER_MARK):
        return BYTE_ORDER_MARK + text
    return text
