"""Every check of a diff, in the order they run. A new check is one file and one row here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.checks import (
    broken_syntax,
    conflict_markers,
    debugging,
    likely_mistakes,
    long_lines,
    moved_boundaries,
    odd_files,
    remarks,
    risky_code,
    secrets,
    tests,
)
from mogplex_daemon.runhost.review.finding import Finding, in_reading_order


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of defect. `find` is pure and sees one changed file at a time."""

    name: str
    title: str
    why: str
    """Why a person should care, as one sentence of the report."""
    find: Callable[[ChangedFile], Iterable[Finding]]


CHECKS: tuple[Check, ...] = (
    Check(
        conflict_markers.NAME,
        "Merge conflict left in",
        "Both sides of a merge are in the file; it will not parse or will do both.",
        conflict_markers.find,
    ),
    Check(
        secrets.NAME,
        "Secret in the source",
        "Whoever can read the history can use it; once committed it has to be revoked, not just removed.",
        secrets.find,
    ),
    Check(
        broken_syntax.NAME,
        "Broken syntax",
        "The file cannot be read by the program it is for.",
        broken_syntax.find,
    ),
    Check(
        risky_code.NAME,
        "Dangerous construct",
        "It runs, or trusts, what somebody else may have written.",
        risky_code.find,
    ),
    Check(
        likely_mistakes.NAME,
        "Likely mistake",
        "It does something else than it seems to.",
        likely_mistakes.find,
    ),
    Check(
        debugging.NAME,
        "Leftover debugging",
        "It was meant for the author: it stops the program or fills its output.",
        debugging.find,
    ),
    Check(
        moved_boundaries.NAME,
        "Turned in one small thing",
        "One sign decides here; if it was not the point of the change, it is a regression.",
        moved_boundaries.find,
    ),
    Check(
        tests.NAME,
        "Unfinished or focused test",
        "The suite is green without testing what it seems to test.",
        tests.find,
    ),
    Check(
        odd_files.NAME,
        "File that looks out of place",
        "It stays in the history for ever and is probably not meant to be there.",
        odd_files.find,
    ),
    Check(
        remarks.NAME,
        "Open remark",
        "The author says here that something is not finished.",
        remarks.find,
    ),
    Check(
        long_lines.NAME,
        "Very long line",
        "Nobody can review or merge it comfortably.",
        long_lines.find,
    ),
)


def run_checks(files: Iterable[ChangedFile]) -> tuple[Finding, ...]:
    """All findings of all checks in reading order, at most one for each line and check."""
    return in_reading_order(
        tuple(finding for file in files for check in CHECKS for finding in check.find(file))
    )
