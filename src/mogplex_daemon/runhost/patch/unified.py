"""Unified diffs as git, diff and models write them: parsed, with wrong hunk counts recounted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mogplex_daemon.runhost.patch.lines import PatchRefusal, split_lines
from mogplex_daemon.runhost.patch.sections import Section
from mogplex_daemon.runhost.patch.unified_apply import UnifiedHunk, apply_hunks

HUNK = re.compile(r"@@+(?: -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@)?")
NO_FILE = "/dev/null"
PREFIXES = (("a/", "b/"), ("i/", "w/"), ("c/", "i/"), ("c/", "w/"), ("o/", "w/"))
"""What git puts before the two names, with `diff.mnemonicPrefix` too."""
REFUSED = {
    "GIT binary patch": "binary changes are not supported",
    "Binary files ": "binary changes are not supported",
    "copy from ": "copies are not supported; add the file with its content",
    "old mode ": "file modes are not changed by a patch; run chmod",
    "new file mode 120000": "symlinks are not created by a patch",
    "new file mode 160000": "submodules are not created by a patch",
    "new file mode 100755": "a file is added without the executable bit; add it as 100644, then run chmod +x",
}
"""How a header line starts -> why the patch is refused."""
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass(slots=True)
class FileDiff:
    """One file of the diff while it is read. A name is None when the header does not give it."""

    old_name: str | None = None
    new_name: str | None = None
    git_names: tuple[str, str] | None = None
    renamed: bool = False
    added: bool = False
    deleted: bool = False
    hunks: list[UnifiedHunk] = field(default_factory=list[UnifiedHunk])


def is_unified(text: str) -> bool:
    """Whether `text` means to be a unified diff."""
    return re.search(r"^(diff --git |--- .*\r?\n\+\+\+ )", text, re.MULTILINE) is not None


def parse(text: str) -> list[Section]:
    """The sections of a diff; prose before, between and after files is passed over.

    Raises PatchRefusal naming the file and what is not supported or not understood.
    """
    lines = split_lines(text)
    if lines and all(line.endswith("\r\n") for line in lines if line.endswith("\n")):
        # The patch itself came through something that writes CRLF: its lines say nothing about the file's.
        lines = [line.removesuffix("\r\n") + "\n" for line in lines]
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    sections = [_section(diff) for diff in _read(lines)]
    if not sections:
        raise PatchRefusal("the diff names no file; it needs '--- a/file' and '+++ b/file' lines")
    return sections


def _read(lines: list[str]) -> Iterator[FileDiff]:
    diff: FileDiff | None = None
    index = 0
    while index < len(lines):
        line = lines[index].rstrip("\r\n")
        if line.startswith("diff --git "):
            if diff is not None:
                yield diff
            diff = FileDiff(git_names=_git_names(line))
        elif _is_file_header(lines, index):
            if diff is not None and (diff.old_name is not None or diff.hunks):
                yield diff
                diff = None
            diff = diff or FileDiff()
            diff.old_name, diff.new_name = _header_name(line), _header_name(lines[index + 1].rstrip("\r\n"))
            index += 1
        elif line.startswith("@@") and (header := HUNK.match(line)):
            if diff is None:
                raise PatchRefusal(f"line {index + 1} of the diff: a hunk before any '--- ' and '+++ ' lines")
            hunk, index = _read_hunk(lines, index + 1, header, len(diff.hunks) + 1)
            diff.hunks.append(hunk)
            continue
        elif diff is not None and not diff.hunks:
            _read_git_header(line, diff)
        elif diff is not None and line[:1] in ("+", "-") and line.rstrip() != "--":
            raise PatchRefusal(f"line {index + 1} of the diff: a changed line outside a hunk: {line!r}")
        index += 1
    if diff is not None:
        yield diff


def _read_git_header(line: str, diff: FileDiff) -> None:
    for start, reason in REFUSED.items():
        if line.startswith(start):
            names = diff.git_names or (diff.old_name or "the diff", "")
            raise PatchRefusal(f"{names[-1] or names[0]}: {reason}")
    if line.startswith("new file mode "):
        diff.added = True
    elif line.startswith("deleted file mode "):
        diff.deleted = True
    elif line.startswith(("rename from ", "rename to ")):
        diff.renamed = True
        name = _unquoted(line.split(" ", 2)[2])
        old, new = diff.git_names or ("", "")
        diff.git_names = (name, new) if line.startswith("rename from ") else (old, name)


def _read_hunk(lines: list[str], start: int, header: re.Match[str], number: int) -> tuple[UnifiedHunk, int]:
    """The hunk whose first line is `start`, and the index of the line after it."""
    end = _declared_end(lines, start, header)
    if end is None:
        end = _recounted_end(lines, start)
    hunk = UnifiedHunk(number, None if header[1] is None else int(header[1]))
    for line in lines[start:end]:
        if line.startswith("\\"):
            if hunk.lines:
                sign, text = hunk.lines[-1]
                hunk.lines[-1] = (sign, text.removesuffix("\n"))
        elif line[0] in " +-":
            hunk.lines.append((line[0], line[1:]))
        else:
            # Models drop the one space of an empty context line.
            hunk.lines.append((" ", line))
    return hunk, end


def _declared_end(lines: list[str], start: int, header: re.Match[str]) -> int | None:
    """Where the hunk ends by its own counts; None when the counts are missing or wrong."""
    if header[1] is None:
        return None
    old = int(header[2] or 1)
    new = int(header[4] or 1)
    index = start
    while (old or new) and index < len(lines):
        match lines[index][0]:
            case " " | "\n" | "\r":
                old, new = old - 1, new - 1
            case "-":
                old -= 1
            case "+":
                new -= 1
            case "\\":
                pass
            case _:
                return None
        index += 1
    while index < len(lines) and lines[index].startswith("\\"):
        index += 1
    if old or new or not _ends_hunk(lines, index):
        return None
    return index


def _ends_hunk(lines: list[str], index: int) -> bool:
    if index >= len(lines) or lines[index][0] not in " +-":
        return True
    # A lone "-- " is the signature line of a mailed patch.
    return _is_file_header(lines, index) or lines[index].rstrip() == "--"


def _recounted_end(lines: list[str], start: int) -> int:
    index = start
    while index < len(lines) and lines[index][0] in " +-\\\n\r" and not _is_file_header(lines, index):
        index += 1
    while index > start and not lines[index - 1].strip("\r\n"):
        index -= 1
    return index


def _is_file_header(lines: list[str], index: int) -> bool:
    return (
        lines[index].startswith("--- ") and index + 1 < len(lines) and lines[index + 1].startswith("+++ ")
    ) and (index + 2 >= len(lines) or not lines[index + 2].startswith(("+", "-", " ")))


def _section(diff: FileDiff) -> Section:
    old, new = _names(diff)
    hunks = diff.hunks
    if old == new == NO_FILE or not old or not new:
        raise PatchRefusal("a file of the diff has no name; write '--- a/file' and '+++ b/file'")

    def edit(old_text: str) -> str:
        return apply_hunks(new if old == NO_FILE else old, old_text, hunks)

    if old == NO_FILE or diff.added:
        return Section("add", new, content=apply_hunks(new, "", hunks) if hunks else "")
    if new == NO_FILE or diff.deleted:
        return Section("delete", old, edit=edit)
    if old != new:
        return Section("move", old, new, edit=edit)
    if not hunks:
        raise PatchRefusal(f"{old}: the diff has no hunks for it")
    return Section("update", old, edit=edit)


def _names(diff: FileDiff) -> tuple[str, str]:
    if diff.renamed and diff.git_names:
        return diff.git_names
    if diff.old_name is None or diff.new_name is None:
        old, new = diff.git_names or ("", "")
        return (old, new)
    return _without_prefixes(diff.old_name, diff.new_name)


def _without_prefixes(old: str, new: str) -> tuple[str, str]:
    for before, after in PREFIXES:
        old_fits = old == NO_FILE or old.startswith(before)
        new_fits = new == NO_FILE or new.startswith(after)
        if old_fits and new_fits:
            return (
                old if old == NO_FILE else old.removeprefix(before),
                new if new == NO_FILE else new.removeprefix(after),
            )
    return old, new


def _git_names(line: str) -> tuple[str, str] | None:
    """The two names of a `diff --git` line. With spaces in them they are told apart by being equal."""
    rest = line.removeprefix("diff --git ")
    if rest.startswith('"'):
        quoted = re.findall(r'"(?:[^"\\]|\\.)*"', rest)
        return _without_prefixes(_unquoted(quoted[0]), _unquoted(quoted[1])) if len(quoted) == 2 else None
    middle = len(rest) // 2
    if len(rest) % 2 and rest[middle] == " ":
        old, new = _without_prefixes(rest[:middle], rest[middle + 1 :])
        if old == new:
            return old, new
    words = rest.split(" ")
    return _without_prefixes(words[0], words[1]) if len(words) == 2 else None


def _header_name(line: str) -> str:
    # A tab starts the time stamp of diff, or ends a name with spaces of git.
    return _unquoted(line[4:].split("\t")[0].strip())


def _unquoted(name: str) -> str:
    """A name as git quotes it: in double quotes with C escapes, bytes as octal."""
    if not (len(name) > 1 and name.startswith('"') and name.endswith('"')):
        return name
    made = bytearray()
    for piece in re.finditer(r"\\([0-7]{3})|\\(.)|([^\\])", name[1:-1]):
        if piece[1]:
            made.append(int(piece[1], 8) & 0xFF)
        else:
            made.extend((ESCAPES.get(piece[2], piece[2]) if piece[2] else piece[3]).encode())
    return made.decode("utf-8", "replace")
