"""What a review could not see, each as one sentence for the reader. Pure."""

from collections.abc import Sequence

from mogplex_daemon.runhost.review.changed_file import SCANNED_LENGTH, ChangedFile
from mogplex_daemon.runhost.review.checks.broken_syntax import PARSERS
from mogplex_daemon.runhost.review.file_reader import COUNTED_SIZE
from mogplex_daemon.runhost.review.git_reader import CONTENT_LIMIT, DIFF_LIMIT
from mogplex_daemon.runhost.review.inventory import Inventory
from mogplex_daemon.runhost.review.markdown import byte_size, code, counted, grouped
from mogplex_daemon.runhost.review.path_kinds import is_report
from mogplex_daemon.runhost.review.printable import shown_path
from mogplex_daemon.runhost.review.walk import FILES_LIMIT, NEVER_ENTERED

NAMED = 5
"""Paths that a note names before it only counts."""


def inventory_notes(inventory: Inventory) -> list[str]:
    """What the inventory counts apart or could not count."""
    notes: list[str] = []
    if inventory.symlinks:
        notes.append(f"Not followed and not counted: {counted(inventory.symlinks, 'symbolic link')}.")
    if inventory.submodules:
        nested = counted(inventory.submodules, "nested repository", "nested repositories")
        notes.append(f"Not looked into: {nested}.")
    if inventory.too_big:
        notes.append(
            f"Lines not counted, only bytes (above {byte_size(COUNTED_SIZE)}): {named(inventory.too_big)}."
        )
    if inventory.unreadable:
        notes.append(f"Could not be read: {named(inventory.unreadable)}.")
    return notes


def walk_notes(cut: bool) -> list[str]:
    """How the files were found without git."""
    notes = [
        f"Listed without git: .gitignore files were heeded, and {named(sorted(NEVER_ENTERED), 10)} left out."
    ]
    if cut:
        notes.append(f"Only the first {grouped(FILES_LIMIT)} files that were met are counted.")
    return notes


def diff_notes(files: Sequence[ChangedFile], *, cut: bool) -> list[str]:
    """What of the reviewed diff was not looked at."""
    notes: list[str] = []
    if cut and files:
        last = code(shown_path(files[-1].path))
        notes.append(
            f"The diff is longer than {byte_size(DIFF_LIMIT)}: it was reviewed up to some line of {last}."
        )
    unread = [shown_path(file.path) for file in files if _is_syntax_unknown(file)]
    if unread:
        reason = f"not readable, or longer than {byte_size(CONTENT_LIMIT)}"
        notes.append(f"The syntax was not checked ({reason}): {named(unread)}.")
    long = [
        shown_path(file.path)
        for file in files
        if any(len(line.text) >= SCANNED_LENGTH for line in file.added)
    ]
    if long:
        notes.append(f"Lines were read up to {grouped(SCANNED_LENGTH)} characters: {named(long)}.")
    return notes


def other_diff_note(which: str, paths: Sequence[str]) -> list[str]:
    """That there are changes which were not reviewed."""
    shown = [shown_path(path) for path in paths]
    return [f"There are {which} changes too, which were not reviewed: {named(shown)}."] if shown else []


def untracked_note(paths: Sequence[str]) -> list[str]:
    """That new files are in no diff yet."""
    shown = [shown_path(path) for path in paths if not is_report(path)]
    return [f"Untracked, so in no diff until `git add`: {named(shown)}."] if shown else []


def named(paths: Sequence[str], limit: int = NAMED) -> str:
    """The first few paths, and how many more there are."""
    shown = ", ".join(code(path) for path in paths[:limit])
    hidden = len(paths) - limit
    return f"{shown} and {grouped(hidden)} more" if hidden > 0 else shown


def _is_syntax_unknown(file: ChangedFile) -> bool:
    return file.language in PARSERS and file.is_text and bool(file.added) and file.content is None
