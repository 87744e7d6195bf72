"""From the text of a patch to what it would do, file by file, without touching anything."""

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mogplex_contracts.vocabulary import ChangeKind
from mogplex_daemon.runhost.patch import unified, v4a
from mogplex_daemon.runhost.patch.lines import PatchRefusal
from mogplex_daemon.runhost.patch.sections import Section
from mogplex_daemon.runhost.patch.show import count_changes, show_change

ReadFile = Callable[[str], str | None]
"""The text of a file, None when there is no such file; raises PatchRefusal when it is not text."""

NAMED_PATHS = re.compile(
    r"^(?:\*\*\* (?:Add|Update|Delete) File: |\*\*\* Move to: |\+\+\+ b/|--- a/)(.+?)\s*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a patch does to one file. `old_text` is None for an addition, `new_text` for a deletion."""

    path: str
    change_kind: ChangeKind
    old_text: str | None
    new_text: str | None
    moved_to: str | None
    added: int
    """Lines added."""
    removed: int
    """Lines removed."""

    @property
    def written_path(self) -> str | None:
        """The path that holds the new text afterwards; None for a deletion."""
        return None if self.new_text is None else self.moved_to or self.path

    @property
    def removed_path(self) -> str | None:
        """The path that is gone afterwards, None for an addition or an update."""
        return self.path if self.new_text is None or self.moved_to else None


@dataclass(frozen=True, slots=True)
class PatchPlan:
    """A whole patch, applied in memory. `diff` is made from the texts, not taken from the patch."""

    changes: tuple[FileChange, ...]
    diff: str


def named_paths(text: str) -> list[str]:
    """The paths a patch mentions, each once, in order; for a label only, the patch may be broken."""
    return list(dict.fromkeys(NAMED_PATHS.findall(text)))


def plan_patch(
    text: str, read_file: ReadFile, canonical: Callable[[str], str] = posixpath.normpath
) -> PatchPlan:
    """What `text`, codex-style or a unified diff, does to the files `read_file` gives.

    `canonical` gives a path its one true name, so that two spellings of a file are seen as one.
    Raises PatchRefusal naming the file and the hunk that do not fit, or what the patch lacks.
    """
    if v4a.is_v4a(text):
        sections = v4a.parse(text)
    elif unified.is_unified(text):
        sections = unified.parse(text)
    else:
        raise PatchRefusal("this is no patch: start it with '*** Begin Patch', or send a unified diff")
    changes: dict[str, FileChange] = {}
    for section in sections:
        named = replace(
            section,
            path=canonical(section.path),
            moved_to=None if section.moved_to is None else canonical(section.moved_to),
        )
        _add(changes, named, read_file)
    kept = tuple(change for change in changes.values() if _changes_something(change))
    if not kept:
        raise PatchRefusal(f"the patch changes nothing: {', '.join(changes)} already has this content")
    return plan_of(kept)


def plan_of(changes: tuple[FileChange, ...]) -> PatchPlan:
    """The plan of these changes."""
    return PatchPlan(changes, "".join(_shown(change) for change in changes))


def _add(changes: dict[str, FileChange], section: Section, read_file: ReadFile) -> None:
    earlier = changes.get(section.path)
    if earlier is not None and (earlier.change_kind, section.kind) == ("update", "update"):
        # Two sections that update one file: the second works on what the first made.
        new_text = _edited(section, earlier.new_text or "")
        changes[section.path] = _change("update", section.path, earlier.old_text, new_text)
        return
    for path in filter(None, (section.path, section.moved_to)):
        if any(path in (other.path, other.moved_to) for other in changes.values()):
            raise PatchRefusal(f"{path}: the patch names it twice; put all its changes into one section")
    changes[section.path] = _planned(section, read_file)


def _planned(section: Section, read_file: ReadFile) -> FileChange:
    path, target = section.path, section.moved_to
    old_text = read_file(path)
    if section.kind == "add":
        if old_text is not None:
            raise PatchRefusal(f"{path}: it already exists; update it instead of adding it")
        return _change("add", path, None, section.content or "")
    if old_text is None and target is not None and section.kind == "move":
        # `diff -u a.py.orig a.py` names two files, of which only the second is there.
        path, target, old_text = target, None, read_file(target)
    if old_text is None:
        raise PatchRefusal(f"{section.path}: there is no such file to change")
    new_text = _edited(section, old_text)
    if section.kind == "delete":
        if section.edit is not None and new_text:
            raise PatchRefusal(f"{path}: the diff deletes it but does not show all its lines; read it again")
        return _change("delete", path, old_text, None)
    if target is None or target == path:
        return _change("update", path, old_text, new_text)
    if read_file(target) is not None:
        raise PatchRefusal(f"{target}: {path} can not be moved there, it already exists")
    return _change("move", path, old_text, new_text, target)


def _edited(section: Section, old_text: str) -> str:
    return old_text if section.edit is None else section.edit(old_text)


def _change(
    kind: ChangeKind, path: str, old_text: str | None, new_text: str | None, moved_to: str | None = None
) -> FileChange:
    added, removed = count_changes(old_text or "", new_text or "")
    return FileChange(path, kind, old_text, new_text, moved_to, added, removed)


def _changes_something(change: FileChange) -> bool:
    return change.moved_to is not None or change.old_text != change.new_text


def _shown(change: FileChange) -> str:
    old_path = None if change.old_text is None else change.path
    return show_change(old_path, change.written_path, change.old_text or "", change.new_text or "")


def summarise(changes: Sequence[FileChange]) -> str:
    """One line a file: its kind letter, path and counts, as `M src/a.py +3 -1`."""
    letters: dict[ChangeKind, str] = {"add": "A", "update": "M", "delete": "D", "move": "R"}
    return "\n".join(
        f"{letters[change.change_kind]} {change.path}"
        f"{f' -> {change.moved_to}' if change.moved_to else ''} +{change.added} -{change.removed}"
        for change in changes
    )
