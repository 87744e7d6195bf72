"""Reads which files differ between two trees from git's machine format. Pure."""

from collections.abc import Iterator

from mogplex_contracts.events.patch import PatchedFile
from mogplex_contracts.vocabulary import ChangeKind

KINDS: dict[str, ChangeKind] = {"A": "add", "D": "delete", "R": "move", "C": "add"}


def parse_changed_files(output: bytes) -> tuple[PatchedFile, ...]:
    """The files of `git diff-tree --raw --numstat -z`, in its order. Lines of binary files count as none."""
    fields = iter(output.decode("utf-8", "replace").split("\0"))
    kinds: dict[str, tuple[ChangeKind, str]] = {}
    files: list[PatchedFile] = []
    for field in fields:
        if field.startswith(":"):
            letter = field.rsplit(" ", 1)[-1][:1]
            path = next(fields, "")
            target = next(fields, "") if letter in ("R", "C") else path
            kinds[target] = (KINDS.get(letter, "update"), path)
        elif field:
            files.append(_counted(field, fields, kinds))
    return tuple(files)


def _counted(field: str, fields: Iterator[str], kinds: dict[str, tuple[ChangeKind, str]]) -> PatchedFile:
    added, removed, path = [*field.split("\t", 2), "", ""][:3]
    if not path:
        next(fields, "")
        path = next(fields, "")
    kind, origin = kinds.get(path, ("update", path))
    moved = kind == "move"
    return PatchedFile(
        path=origin if moved else path,
        change=kind,
        added=int(added) if added.isdigit() else 0,
        removed=int(removed) if removed.isdigit() else 0,
        moved_to=path if moved else None,
    )
