"""The codex-style patch format: `*** Begin Patch`, one section a file, `@@` hunks found by their lines.

    *** Begin Patch
    *** Update File: src/a.py
    *** Move to: src/b.py
    @@ def greet():
     unchanged
    -old
    +new
    *** End of File
    *** Add File: notes.txt
    +text
    *** Delete File: old.txt
    *** End Patch

The format has no word for a missing final newline or for CRLF: an update keeps what the file has, and added
lines get the ending most of its lines have. An added file ends in a newline.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mogplex_daemon.runhost.patch.lines import (
    EXACT,
    Found,
    LineFinder,
    PatchRefusal,
    body,
    finished,
    split_lines,
    usual_ending,
)
from mogplex_daemon.runhost.patch.sections import Section

BEGIN, END = "*** Begin Patch", "*** End Patch"
ADD, UPDATE, DELETE = "*** Add File: ", "*** Update File: ", "*** Delete File: "
MOVE, END_OF_FILE = "*** Move to: ", "*** End of File"
MARKERS = (ADD, UPDATE, DELETE)


@dataclass(slots=True)
class Hunk:
    """Some lines to change. `anchors` are lines to pass first, each after the one before it."""

    number: int
    anchors: list[str] = field(default_factory=list[str])
    lines: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Pairs of a sign (space, `-`, `+`) and a line without its ending."""
    at_end: bool = False

    @property
    def old(self) -> list[str]:
        """The lines the file must have."""
        return [text for sign, text in self.lines if sign != "+"]


def is_v4a(text: str) -> bool:
    """Whether `text` means to be in this format."""
    return any(line.strip() == BEGIN or line.startswith(MARKERS) for line in text.split("\n"))


def parse(text: str) -> list[Section]:
    """The sections of a patch. Text around the patch, such as a code fence, is passed over.

    Raises PatchRefusal naming the line that is wrong.
    """
    lines = [body(line) for line in split_lines(text)]
    stripped = [line.strip() for line in lines]
    if BEGIN not in stripped:
        raise PatchRefusal(f"the patch has no '{BEGIN}' line; put it first")
    start = stripped.index(BEGIN) + 1
    if END not in stripped[start:]:
        raise PatchRefusal(f"the patch has no '{END}' line, so it looks cut off; send it whole")
    end = stripped.index(END, start)
    if BEGIN in stripped[start:]:
        raise PatchRefusal(f"there is a second '{BEGIN}'; put all files into one patch")
    sections: list[Section] = []
    position = start
    while position < end:
        header = lines[position]
        stop = _next_section(lines, position + 1, end)
        content = lines[position + 1 : stop]
        if header.startswith(ADD):
            sections.append(_addition(header, content))
        elif header.startswith(DELETE):
            sections.append(_deletion(header, content))
        elif header.startswith(UPDATE):
            sections.append(_update(header, content))
        elif header.strip():
            wanted = " or ".join(f"'{marker}'" for marker in MARKERS)
            raise PatchRefusal(f"line {position + 1} of the patch: expected {wanted}, found {header!r}")
        position = stop
    if not sections:
        raise PatchRefusal("the patch names no file")
    return sections


def _next_section(lines: list[str], start: int, end: int) -> int:
    return next((index for index in range(start, end) if lines[index].startswith(MARKERS)), end)


def _named(header: str, marker: str) -> str:
    path = header.removeprefix(marker).strip()
    if not path:
        raise PatchRefusal(f"'{marker.strip()}' names no file")
    return path


def _addition(header: str, content: list[str]) -> Section:
    path = _named(header, ADD)
    content = _without_blank_tail(content)
    for line in content:
        if not line.startswith("+"):
            raise PatchRefusal(f"{path}: every line of an added file starts with '+', found {line!r}")
    return Section("add", path, content="".join(f"{line[1:]}\n" for line in content))


def _deletion(header: str, content: list[str]) -> Section:
    path = _named(header, DELETE)
    if _without_blank_tail(content):
        raise PatchRefusal(f"{path}: '{DELETE.strip()}' takes no lines, found {content[0]!r}")
    return Section("delete", path)


def _update(header: str, content: list[str]) -> Section:
    path = _named(header, UPDATE)
    moved_to = None
    if content and content[0].startswith(MOVE):
        moved_to = _named(content[0], MOVE)
        content = content[1:]
    hunks = list(_hunks(path, _without_blank_tail(content)))
    if not hunks and moved_to is None:
        raise PatchRefusal(f"{path}: the update has no lines to change")

    def edit(old_text: str) -> str:
        return apply_hunks(path, old_text, hunks)

    return Section("move" if moved_to else "update", path, moved_to, edit=edit)


def _hunks(path: str, content: list[str]) -> Iterator[Hunk]:
    hunk = Hunk(1)
    for line in content:
        if hunk.at_end and line.strip():
            yield hunk
            hunk = Hunk(hunk.number + 1)
        if line.startswith("@@"):
            if hunk.lines:
                yield hunk
                hunk = Hunk(hunk.number + 1)
            if anchor := line[2:].removesuffix("@@").strip():
                hunk.anchors.append(anchor)
        elif line.rstrip() == END_OF_FILE:
            hunk.at_end = True
        elif line[:1] in (" ", "-", "+"):
            hunk.lines.append((line[0], line[1:]))
        elif not line:
            # Models drop the one space of an empty context line.
            hunk.lines.append((" ", ""))
        else:
            raise PatchRefusal(
                f"{path}, hunk {hunk.number}: a line starts with ' ', '-', '+' or '@@', found {line!r}"
            )
    if hunk.lines:
        yield hunk
    elif hunk.anchors or hunk.at_end:
        raise PatchRefusal(f"{path}, hunk {hunk.number}: it has no lines to change")


def apply_hunks(path: str, old_text: str, hunks: list[Hunk]) -> str:
    """The new text. Hunks are found from top to bottom; raises PatchRefusal for one that does not fit."""
    lines = split_lines(old_text)
    finder = LineFinder([body(line) for line in lines])
    ending = usual_ending(lines)
    made: list[str] = []
    cursor = 0
    tolerance = EXACT
    for hunk in hunks:
        found = _place(path, finder, hunk, cursor)
        made.extend(lines[cursor : found.index])
        cursor = found.index
        for sign, text in hunk.lines:
            if sign == "+":
                made.append(text + ending)
            else:
                # A context line stays as the file has it, whatever the tolerance it matched with.
                made.extend(lines[cursor : cursor + 1] if sign == " " else ())
                cursor += 1
        tolerance = max(tolerance, found.tolerance)
    made.extend(lines[cursor:])
    if made and lines and not lines[-1].endswith("\n"):
        made[-1] = body(made[-1])
    return finished(lines, made, tolerance)


def _place(path: str, finder: LineFinder, hunk: Hunk, cursor: int) -> Found:
    where = f"{path}, hunk {hunk.number}"
    start = cursor
    for anchor in hunk.anchors:
        found = finder.first([anchor], start)
        if found is None:
            raise PatchRefusal(f"{where}: the line '@@ {anchor}' is not in the file{_after(start)}")
        start = found.index + 1
    old = hunk.old
    if not old:
        return Found(start if hunk.anchors and not hunk.at_end else len(finder.lines), EXACT)
    if hunk.at_end:
        found = finder.at(old, len(finder.lines) - len(old))
        if found is None or found.index < start:
            raise PatchRefusal(f"{where}: the file does not end with these lines:\n{_shown(old)}")
        return found
    found = finder.first(old, start)
    if found is None and hunk.anchors:
        # Some models repeat the anchor as the first context line.
        found = finder.first(old, start - 1)
    if found is not None:
        return found
    if finder.first(old, 0) is not None:
        raise PatchRefusal(
            f"{where}: its lines stand before the previous hunk; order the hunks from top down"
        )
    missing = f"these lines are not in the file{_after(start)}"
    raise PatchRefusal(f"{where}: {missing}; read it again:\n{_shown(old)}")


def _after(index: int) -> str:
    return f" after line {index}" if index else ""


def _shown(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _without_blank_tail(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]
