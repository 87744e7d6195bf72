"""Reviews a folder: finds out what it is, reads it, runs the pure parts in a thread, and writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from anyio import to_thread

from mogplex_daemon.runhost.review import notes as say
from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.checks import run_checks
from mogplex_daemon.runhost.review.diff import FileDiff, parse_diff
from mogplex_daemon.runhost.review.file_reader import FolderReader
from mogplex_daemon.runhost.review.finding import Finding
from mogplex_daemon.runhost.review.git_process import GitFailed
from mogplex_daemon.runhost.review.git_reader import (
    NO_COMMITS,
    Content,
    ListedFile,
    NoRepository,
    Repository,
    list_files,
    read_blobs,
    read_diff,
    read_repository,
)
from mogplex_daemon.runhost.review.inventory import FileFact, Inventory, take_inventory
from mogplex_daemon.runhost.review.path_kinds import is_report
from mogplex_daemon.runhost.review.report import ReviewFacts, render, summary
from mogplex_daemon.runhost.review.scope import Choice, ReviewedDiff, Scope, choose_diff, scope_of
from mogplex_daemon.runhost.review.walk import walk_files


class ReviewFailed(Exception):
    """The folder cannot be reviewed at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a folder is and holds."""

    repository: Repository | None
    """None where there is no repository, or no git to read it; the notes say which."""
    inventory: Inventory
    untracked: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """The outcome of a review. The same state of the folder and the same task give an equal one."""

    summary: str
    """The outcome in one sentence, without a full stop."""
    scope: Scope
    reviewed: ReviewedDiff
    findings: tuple[Finding, ...]
    """Most severe first."""
    inventory: Inventory
    notes: tuple[str, ...]
    """What could not be seen, one sentence each."""
    report_text: str
    """The report as markdown, ready to be written to a file."""


@dataclass(frozen=True, slots=True)
class _Diff:
    files: tuple[FileDiff, ...]
    cut: bool

    @property
    def is_empty(self) -> bool:
        """A file in conflict is listed as staged without any lines: that alone is nothing to review."""
        return all(file.kind == "unmerged" and not file.hunks for file in self.files)


async def survey(root: Path) -> Survey:
    """Take the inventory of a folder, by git in a repository, else by walking it. Raises ReviewFailed."""
    if not root.is_dir():
        raise ReviewFailed(f"{root.name or root} is not a folder that can be read")
    try:
        repository = await read_repository(root)
        listed = await list_files(root)
    except (NoRepository, GitFailed) as error:
        return await _survey_without_git(root, _sentence(error))
    inventory = await to_thread.run_sync(_inventory, root, listed, abandon_on_cancel=True)
    unborn = () if repository.commit else (NO_COMMITS,)
    untracked = tuple(file.path for file in listed if not file.tracked)
    return Survey(repository, inventory, untracked, (*unborn, *say.inventory_notes(inventory)))


async def review(root: Path, task: str) -> Review:
    """Review what the task asks for. Raises ReviewFailed when the folder is not there."""
    scope = scope_of(task)
    found = await survey(root)
    notes = list(found.notes)
    choice = Choice("none")
    changes: tuple[FileDiff, ...] = ()
    findings: tuple[Finding, ...] = ()
    if found.repository is None:
        choice = Choice(
            "none", "" if scope == "inventory" else "No diff could be read: see the limits below."
        )
    elif scope == "inventory":
        choice = choose_diff(scope, staged_empty=True, unstaged_empty=True)
    else:
        try:
            diffs = {"staged": await _diff(root, "staged"), "unstaged": await _diff(root, "unstaged")}
            choice = choose_diff(
                scope, staged_empty=diffs["staged"].is_empty, unstaged_empty=diffs["unstaged"].is_empty
            )
            if choice.diff != "none":
                files = await _changed_files(root, choice.diff, diffs[choice.diff].files)
                findings = await to_thread.run_sync(run_checks, files, abandon_on_cancel=True)
                changes = diffs[choice.diff].files
                other = "unstaged" if choice.diff == "staged" else "staged"
                notes += say.diff_notes(files, cut=diffs[choice.diff].cut)
                notes += say.other_diff_note(other, [file.path for file in diffs[other].files])
        except GitFailed as error:
            choice = Choice("none", "No diff could be read: see the limits below.")
            notes.append(_sentence(error))
        notes += say.untracked_note(found.untracked)
    facts = ReviewFacts(
        task=task,
        repository=found.repository,
        inventory=found.inventory,
        reviewed=choice.diff,
        reason=choice.reason,
        changes=changes,
        findings=findings,
        notes=tuple(notes),
    )
    return Review(
        summary=summary(facts),
        scope=scope,
        reviewed=choice.diff,
        findings=findings,
        inventory=found.inventory,
        notes=facts.notes,
        report_text=render(facts),
    )


async def _survey_without_git(root: Path, reason: str) -> Survey:
    def walk() -> tuple[Inventory, bool]:
        paths, cut = walk_files(root)
        return take_inventory(FolderReader(root).facts(paths)), cut

    inventory, cut = await to_thread.run_sync(walk, abandon_on_cancel=True)
    return Survey(None, inventory, (), (reason, *say.walk_notes(cut), *say.inventory_notes(inventory)))


def _inventory(root: Path, listed: Sequence[ListedFile]) -> Inventory:
    facts = FolderReader(root).facts(file.path for file in listed if not file.is_repository)
    nested = [FileFact(file.path, "submodule", 0) for file in listed if file.is_repository]
    return take_inventory([*facts, *nested])


async def _diff(root: Path, which: Literal["staged", "unstaged"]) -> _Diff:
    diff = await read_diff(root, which)
    files = await to_thread.run_sync(parse_diff, diff.text, abandon_on_cancel=True)
    return _Diff(tuple(file for file in files if not (file.is_empty or is_report(file.path))), diff.cut)


async def _changed_files(
    root: Path, which: Literal["staged", "unstaged"], files: Sequence[FileDiff]
) -> list[ChangedFile]:
    """The files with their new versions: of a staged diff from git's store, of an unstaged one from disk."""
    contents: dict[str, Content]
    there = [file for file in files if file.kind != "deleted" and not file.is_submodule]
    if which == "staged":
        blobs = await read_blobs(root, (file.new_blob for file in there if file.new_blob))
        contents = {file.path: blobs[file.new_blob] for file in there if file.new_blob in blobs}
    else:
        paths = [file.path for file in there if not file.is_symlink]
        contents = await to_thread.run_sync(FolderReader(root).contents, paths, abandon_on_cancel=True)
    return [_changed_file(file, contents.get(file.path)) for file in files]


def _changed_file(file: FileDiff, content: Content | None) -> ChangedFile:
    if content is None:
        return ChangedFile(file)
    return ChangedFile(file, content.data if not file.binary else None, content.size)


def _sentence(error: Exception) -> str:
    text = str(error)
    return text if isinstance(error, NoRepository) else f"git could not be read: {text}."
