"""The diffs an agent shows, old text beside new text, as one unified diff and as paths. Pure."""

from collections.abc import Sequence
from pathlib import Path

from mogplex_contracts.events.patch import PatchedFile
from mogplex_contracts.vocabulary import ChangeKind
from mogplex_daemon.harness.agents.diffs import Patch, counted, header, hunks, shown_path
from mogplex_daemon.harness.agents.reading import Object, as_object, as_text


def read_patch(content: Sequence[Object], workspace: Path) -> Patch | None:
    """The patch that is shown in a call's content; None when none is. Paths inside `workspace` are relative to it."""
    files: list[PatchedFile] = []
    pieces: list[str] = []
    written: list[str] = []
    deleted: list[str] = []
    whole = True
    for item in content:
        if item.get("type") != "diff":
            continue
        path = as_text(item.get("path"))
        whole = whole and bool(path) and (isinstance(item.get("newText"), str) or _deletes(item))
        if not path:
            continue
        shown = shown_path(path, workspace)
        old, new = as_text(item.get("oldText")), as_text(item.get("newText"))
        kind = _kind(item, old)
        (deleted if kind == "delete" else written).append(shown)
        piece = header(None if kind == "add" else shown, None if kind == "delete" else shown) + hunks(
            old, new
        )
        added, removed = counted(piece)
        files.append(PatchedFile(path=shown, change=kind, added=added, removed=removed))
        pieces.append(piece)
    if not files:
        return None
    return Patch(tuple(files), "".join(pieces), tuple(written), tuple(deleted), whole)


def _kind(item: Object, old: str) -> ChangeKind:
    if _deletes(item):
        return "delete"
    return "add" if as_object(item.get("_meta")).get("kind") == "add" or not old else "update"


def _deletes(item: Object) -> bool:
    return as_object(item.get("_meta")).get("kind") == "delete"
