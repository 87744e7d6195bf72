"""The text of the report. Pure: the same facts give the same bytes; no time and no absolute path is in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from mogplex_daemon.runhost.review.checks import CHECKS, Check
from mogplex_daemon.runhost.review.diff import FileDiff
from mogplex_daemon.runhost.review.finding import SEVERITIES, Finding, safe_text
from mogplex_daemon.runhost.review.git_reader import Repository
from mogplex_daemon.runhost.review.inventory import Inventory, language_of_fact
from mogplex_daemon.runhost.review.markdown import byte_size, code, counted, grouped, quoted, table
from mogplex_daemon.runhost.review.printable import printable, shortened, shown_path
from mogplex_daemon.runhost.review.scope import ReviewedDiff

LABEL = "offline demo: static review, no model was called"

TASK_LIMIT = 2_000
SUBJECT_LIMIT = 72
LANGUAGES_SHOWN = 20
CHANGES_SHOWN = 40
FINDINGS_OF_ONE_FILE = 5
FILES_OF_ONE_CHECK = 25
LINES_NAMED = 20

CHANGE_WORDS = {
    "added": "added",
    "modified": "modified",
    "deleted": "deleted",
    "renamed": "renamed",
    "copied": "copied",
    "unmerged": "in conflict",
}


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """Everything a report tells."""

    task: str
    repository: Repository | None
    """None where there is no repository, or no git to read it."""
    inventory: Inventory
    reviewed: ReviewedDiff
    reason: str
    """Why another diff than the one asked for was reviewed, or none; empty when that needs no word."""
    changes: tuple[FileDiff, ...]
    findings: tuple[Finding, ...]
    """In reading order."""
    notes: tuple[str, ...]
    """What the review could not see, one sentence each."""


def summary(facts: ReviewFacts) -> str:
    """The outcome in one sentence, without a full stop."""
    if facts.reviewed == "none":
        inventory = facts.inventory
        return f"no diff was reviewed; the folder holds {_amount(inventory)}"
    where = f"in the {facts.reviewed} diff of {counted(len(facts.changes), 'file')}"
    if not facts.findings:
        return f"no findings {where}"
    levels = ((severity, sum(one.severity == severity for one in facts.findings)) for severity in SEVERITIES)
    shares = ", ".join(f"{count} {severity}" for severity, count in levels if count)
    return f"{counted(len(facts.findings), 'finding')} {where}: {shares}"


def render(facts: ReviewFacts) -> str:
    """The whole report as markdown, ending with one newline."""
    lines = ["# Mogplex report", "", *quoted(LABEL), "", f"**{_capitalised(summary(facts))}.**"]
    if facts.reason:
        lines += ["", facts.reason]
    for section in (
        _task(facts),
        _standing(facts),
        _findings(facts),
        _changes(facts),
        _inventory(facts),
        _limits(facts),
    ):
        if section:
            lines += ["", *section]
    return "\n".join(lines) + "\n"


def _task(facts: ReviewFacts) -> list[str]:
    lines = [safe_text(line, TASK_LIMIT) for line in shortened(facts.task.strip(), TASK_LIMIT).split("\n")]
    return ["## Task", "", *quoted("\n".join(lines))] if facts.task.strip() else []


def _standing(facts: ReviewFacts) -> list[str]:
    rows = [["Reviewed", _reviewed(facts)], ["Folder", _amount(facts.inventory)]]
    repository = facts.repository
    if repository:
        subject = safe_text(repository.subject, SUBJECT_LIMIT)
        words = [code(text) for text in (repository.commit, subject) if text]
        commit = " ".join(words) if repository.commit else "none yet"
        branch = code(printable(repository.branch)) if repository.branch else "none: HEAD is detached"
        rows = [["Branch", branch], ["Commit", commit], *rows]
    return [
        "## Repository" if repository else "## Folder",
        "",
        *table(["Fact", "Value"], ["left", "left"], rows),
    ]


def _reviewed(facts: ReviewFacts) -> str:
    if facts.reviewed == "none":
        return "no diff"
    added = sum(len(change.added_lines) for change in facts.changes)
    removed = sum(change.removed_count for change in facts.changes)
    files = counted(len(facts.changes), "file")
    return f"{facts.reviewed} diff: {files}, +{grouped(added)} −{grouped(removed)} lines"


def _amount(inventory: Inventory) -> str:
    return (
        f"{counted(inventory.files, 'file')}, {counted(inventory.lines, 'line')}, {byte_size(inventory.size)}"
    )


def _findings(facts: ReviewFacts) -> list[str]:
    if facts.reviewed == "none":
        return []
    if not facts.findings:
        return [
            "## Findings",
            "",
            f"No findings: none of the {len(CHECKS)} checks found anything in the added lines.",
        ]
    lines = ["## Findings", "", *_overview(facts.findings)]
    for check in _worst_first(facts.findings):
        lines += ["", f"### {check.title}", "", check.why, ""]
        lines += _of_one_check([one for one in facts.findings if one.check == check.name])
    return lines


def _overview(findings: tuple[Finding, ...]) -> list[str]:
    rows = [[check.title, *_counts(check, findings)] for check in _worst_first(findings)]
    heads = ["Check", *(_capitalised(severity) for severity in SEVERITIES)]
    return table(heads, ["left", "right", "right", "right"], rows)


def _counts(check: Check, findings: tuple[Finding, ...]) -> list[str]:
    found = [one.severity for one in findings if one.check == check.name]
    return [str(found.count(severity)) if severity in found else "·" for severity in SEVERITIES]


def _worst_first(findings: tuple[Finding, ...]) -> list[Check]:
    """The checks that found something, by their worst finding, then in the order of CHECKS."""
    worst = {one.check: SEVERITIES.index(one.severity) for one in reversed(findings)}
    return sorted((check for check in CHECKS if check.name in worst), key=lambda check: worst[check.name])


def _of_one_check(findings: list[Finding]) -> Iterator[str]:
    """The findings file by file; of a file with many, the first few and the lines of the others."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.path, []).append(finding)
    for some in list(by_file.values())[:FILES_OF_ONE_CHECK]:
        for finding in some[:FINDINGS_OF_ONE_FILE]:
            yield f"- **{finding.severity}** {code(finding.place)} {finding.message}"
            if finding.excerpt:
                yield f"  {code(finding.excerpt)}"
        if len(some) > FINDINGS_OF_ONE_FILE:
            yield _others(some[FINDINGS_OF_ONE_FILE:])
    hidden = len(by_file) - FILES_OF_ONE_CHECK
    if hidden > 0:
        yield f"- and more in {counted(hidden, 'other file')}, not listed here"


def _others(findings: list[Finding]) -> str:
    lines = [str(one.line) for one in findings[:LINES_NAMED]]
    more = ", …" if len(findings) > LINES_NAMED else ""
    word = "line" if len(findings) == 1 else "lines"
    return f"- and {len(findings)} more in {code(findings[0].path)}, at {word} {', '.join(lines)}{more}"


def _changes(facts: ReviewFacts) -> list[str]:
    if not facts.changes:
        return []
    ordered = sorted(facts.changes, key=lambda change: change.path)
    rows = [
        [
            _change_place(change),
            _change_word(change),
            grouped(len(change.added_lines)),
            grouped(change.removed_count),
        ]
        for change in ordered[:CHANGES_SHOWN]
    ]
    lines = [
        "## Changed files",
        "",
        *table(["File", "Change", "+", "−"], ["left", "left", "right", "right"], rows),
    ]
    hidden = len(ordered) - CHANGES_SHOWN
    return [*lines, "", f"And {counted(hidden, 'more file')}."] if hidden > 0 else lines


def _change_place(change: FileDiff) -> str:
    origin = f" from {code(shown_path(change.old_path))}" if change.old_path else ""
    return code(shown_path(change.path)) + origin


def _change_word(change: FileDiff) -> str:
    word = CHANGE_WORDS[change.kind]
    if change.is_submodule:
        return f"submodule {word}"
    if change.is_symlink:
        return f"link {word}"
    return f"binary {word}" if change.binary else word


def _inventory(facts: ReviewFacts) -> list[str]:
    inventory = facts.inventory
    if not inventory.files:
        return ["## Inventory", "", "The folder holds no files."]
    shown = inventory.languages[:LANGUAGES_SHOWN]
    rows = [
        [
            one.language,
            grouped(one.files),
            grouped(one.lines),
            byte_size(one.size),
            _share(one.size, inventory.size),
        ]
        for one in shown
    ]
    heads = ["Language", "Files", "Lines", "Size", "Share of size"]
    lines = ["## Inventory", "", *table(heads, ["left", "right", "right", "right", "right"], rows)]
    hidden = inventory.languages[LANGUAGES_SHOWN:]
    if hidden:
        lines += [
            "",
            f"And {counted(len(hidden), 'more language')}: {', '.join(one.language for one in hidden)}.",
        ]
    return [*lines, "", "### Biggest files", "", *_biggest(inventory)]


def _biggest(inventory: Inventory) -> list[str]:
    rows = [
        [
            code(shown_path(one.path)),
            language_of_fact(one),
            "·" if one.lines is None else grouped(one.lines),
            byte_size(one.size),
        ]
        for one in inventory.biggest
    ]
    return table(["File", "Language", "Lines", "Size"], ["left", "left", "right", "right"], rows)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "·"


def _limits(facts: ReviewFacts) -> list[str]:
    always = (
        "Only added lines are judged, by fixed patterns and parsers. Nothing was run, and no pattern sees "
        "whether the code does what it should."
    )
    notes = facts.notes if facts.reviewed == "none" else (*facts.notes, always)
    return ["## Limits of this review", "", *(f"- {note}" for note in notes)] if notes else []


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
