"""The changes of a patch as codex tells them, as one unified diff and as paths. Pure."""

from collections.abc import Sequence
from pathlib import Path

from mogplex_contracts.events.patch import PatchedFile
from mogplex_contracts.vocabulary import ChangeKind
from mogplex_daemon.harness.agents.diffs import NO_NEWLINE, Patch, counted, header, shown_path
from mogplex_daemon.harness.codex.protocol import FileUpdate


def read_patch(changes: Sequence[FileUpdate], workspace: Path) -> Patch:
    """The patch of these changes; paths inside `workspace` are relative to it."""
    written: list[str] = []
    deleted: list[str] = []
    files: list[PatchedFile] = []
    pieces: list[str] = []
    for change in changes:
        path = shown_path(change.path, workspace)
        target = change.kind.move_path
        moved = shown_path(target, workspace) if target and target != change.path else None
        kind: ChangeKind = "update"
        if change.kind.type == "add":
            kind = "add"
            written.append(path)
        elif change.kind.type == "delete":
            kind = "delete"
            deleted.append(path)
        elif moved is not None:
            kind = "move"
            written.append(moved)
            deleted.append(path)
        else:
            written.append(path)
        piece = _piece(kind, path, moved, change.diff)
        added, removed = counted(piece)
        files.append(PatchedFile(path=path, change=kind, added=added, removed=removed, moved_to=moved))
        pieces.append(piece)
    return Patch(tuple(files), "".join(pieces), tuple(written), tuple(deleted))


def _piece(kind: ChangeKind, path: str, moved: str | None, diff: str) -> str:
    match kind:
        case "add":
            return header(None, path) + _whole("+", diff)
        case "delete":
            return header(path, None) + _whole("-", diff)
        case "update" | "move":
            hunks = diff.partition("\n\nMoved to: ")[0] if moved else diff
            return header(path, moved or path) + _ended(hunks)


def _whole(mark: str, text: str) -> str:
    """A hunk of a file that is new, or gone."""
    if not text:
        return ""
    body = [f"{mark}{line}\n" for line in text.removesuffix("\n").split("\n")]
    place = f"-0,0 +1,{len(body)}" if mark == "+" else f"-1,{len(body)} +0,0"
    note = "" if text.endswith("\n") else NO_NEWLINE
    return f"@@ {place} @@\n{''.join(body)}{note}"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
