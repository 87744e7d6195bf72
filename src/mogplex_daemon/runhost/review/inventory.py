"""What a folder holds: files, lines and bytes by language, and the biggest files. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mogplex_daemon.runhost.review.languages import BINARY, language_of
from mogplex_daemon.runhost.review.path_kinds import is_report
from mogplex_daemon.runhost.review.printable import shown_path

FileNature = Literal["text", "binary", "too_big", "lfs_pointer", "symlink", "submodule", "unreadable"]
"""What was found at a path. `too_big`: counted by its bytes, its lines are unknown."""

BIGGEST_SHOWN = 10
LFS = "Git LFS pointer"
NOT_A_FILE: frozenset[FileNature] = frozenset(("symlink", "submodule", "unreadable"))


@dataclass(frozen=True, slots=True)
class FileFact:
    """One file of the folder as it lies on disk."""

    path: str
    nature: FileNature
    size: int
    """Bytes."""
    lines: int | None = None
    """None where lines mean nothing or were not counted."""


@dataclass(frozen=True, slots=True)
class LanguageShare:
    """How much of the folder one language makes up."""

    language: str
    files: int
    lines: int
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The whole folder in numbers. Links, submodules and unreadable files are counted apart."""

    languages: tuple[LanguageShare, ...]
    """Most lines first, then most bytes, then by name."""
    biggest: tuple[FileFact, ...]
    """At most ten, most bytes first, then by path."""
    files: int
    lines: int
    size: int
    """Bytes."""
    symlinks: int
    submodules: int
    too_big: tuple[str, ...]
    """Paths whose lines were not counted."""
    unreadable: tuple[str, ...]


def take_inventory(facts: Iterable[FileFact]) -> Inventory:
    """Sum the facts up. The review's own report is left out, so writing it does not change the next one."""
    kept = sorted((fact for fact in facts if not is_report(fact.path)), key=lambda fact: fact.path)
    files = [fact for fact in kept if fact.nature not in NOT_A_FILE]
    return Inventory(
        languages=_shares(files),
        biggest=tuple(sorted(files, key=lambda fact: (-fact.size, fact.path))[:BIGGEST_SHOWN]),
        files=len(files),
        lines=sum(fact.lines or 0 for fact in files),
        size=sum(fact.size for fact in files),
        symlinks=sum(fact.nature == "symlink" for fact in kept),
        submodules=sum(fact.nature == "submodule" for fact in kept),
        too_big=tuple(shown_path(fact.path) for fact in files if fact.nature == "too_big"),
        unreadable=tuple(shown_path(fact.path) for fact in kept if fact.nature == "unreadable"),
    )


def language_of_fact(fact: FileFact) -> str:
    """The row of the inventory that a file belongs to."""
    match fact.nature:
        case "binary":
            return BINARY
        case "lfs_pointer":
            return LFS
        case _:
            return language_of(fact.path)


def _shares(files: list[FileFact]) -> tuple[LanguageShare, ...]:
    by_language: defaultdict[str, list[FileFact]] = defaultdict(list)
    for fact in files:
        by_language[language_of_fact(fact)].append(fact)
    shares = (
        LanguageShare(language, len(some), sum(one.lines or 0 for one in some), sum(one.size for one in some))
        for language, some in by_language.items()
    )
    return tuple(sorted(shares, key=lambda share: (-share.lines, -share.size, share.language)))
