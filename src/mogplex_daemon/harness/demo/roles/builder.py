"""forge, the builder: has the changes reviewed, and asks to write the report."""

from dataclasses import replace

from mogplex_daemon.harness.demo.findings import Finding, Review, read_review
from mogplex_daemon.harness.demo.report_file import REPORT_FILE, joined, next_offset, report_patch
from mogplex_daemon.harness.demo.script import Notes, Result, Step, Use, last, why_not

PLAN_STEP = "Review the changes and report"
INSTRUCTIONS = f"Review the changes by fixed rules and write the report to {REPORT_FILE}, if it is allowed."

TASK_CHARACTERS = 20_000
"""More of a task is not read: its first words say what to review."""
LINES_AROUND = 3
"""Read before and after the worst finding."""


def step(notes: Notes, results: tuple[Result, ...]) -> Step:
    """Review, look at the worst finding in place, read the old report, ask to write the new one."""
    reviewed = last(results, "review_changes")
    if reviewed is None:
        return Step(
            say="I am forge of the offline demo. I review by fixed rules; no model is called.",
            use=Use("review_changes", {"task": notes.task[:TASK_CHARACTERS]}),
        )
    review = _review(results)
    if review is None:
        return Step(say=f"The review could not be made, so there is no report: {why_not(reviewed)}.")
    worst = _worst(review)
    if worst is not None and not _reads(results, worst.path):
        return Step(say=f"Found: {review.summary}. I look at the worst in place.", use=_look(worst))
    listed = last(results, "list_files")
    if listed is None:
        return Step(use=Use("list_files", {"path": ".", "glob": f"/{REPORT_FILE}"}))
    patched = last(results, "apply_patch")
    reads = _reads(results, REPORT_FILE)
    # An ignored report is not listed: then the patch that adds it fails, and it is read after all.
    in_the_way = patched is not None and patched.outcome == "error"
    if not reads and (REPORT_FILE in listed.text or in_the_way):
        return Step(think="A report from before has to be replaced as a whole.", use=_read_report(1))
    more = next_offset(reads[-1].text) if reads and reads[-1].ok else None
    if more is not None:
        return Step(use=_read_report(more))
    old_text = _old_text(results)
    if in_the_way and old_text is not None and results[-1] is reads[-1]:
        patched = None
    if patched is None and old_text == review.report_text:
        return Step(
            say=f"{REPORT_FILE} already says exactly this, so nothing has to be written: {review.summary}."
        )
    if patched is None:
        return Step(
            think=f"The review is done: {review.summary}.",
            say=f"I ask to write the report to {REPORT_FILE}.",
            use=Use("apply_patch", {"patch": report_patch(old_text, review.report_text)}),
        )
    if patched.ok:
        return Step(say=f"The report is in {REPORT_FILE}: {review.summary}.")
    return Step(say=f"The report was not written: {why_not(patched)}. Here it is:\n\n{review.report_text}")


def hand_over(notes: Notes, results: tuple[Result, ...]) -> Notes:
    """Adds the review, and whether it was written."""
    patched = last(results, "apply_patch")
    reviewed = last(results, "review_changes")
    review = _review(results)
    if review is None:
        reason = f"the review could not be made: {why_not(reviewed)}" if reviewed else "there was no review"
        return replace(notes, unwritten_because=reason)
    if patched is not None and patched.ok:
        return replace(notes, review=review, report="written")
    if patched is not None:
        return replace(notes, review=review, unwritten_because=why_not(patched))
    if _old_text(results) == review.report_text:
        return replace(notes, review=review, report="unchanged")
    return replace(notes, review=review, unwritten_because="it was never asked for")


def summary(notes: Notes) -> str:
    """What came of it, in a sentence."""
    found = notes.review.summary if notes.review else ""
    match notes.report:
        case "written":
            return f"{REPORT_FILE} was written: {found}."
        case "unchanged":
            return f"{REPORT_FILE} already was up to date: {found}."
        case "not_written":
            return f"{REPORT_FILE} was not written: {notes.unwritten_because}."


def _review(results: tuple[Result, ...]) -> Review | None:
    reviewed = last(results, "review_changes")
    return read_review(reviewed.text) if reviewed is not None and reviewed.ok else None


def _worst(review: Review) -> Finding | None:
    """The first finding with a line to look at; the report itself is read as a whole anyway."""
    placed = (one for one in review.findings if one.line is not None and one.path != REPORT_FILE)
    return next(placed, None)


def _reads(results: tuple[Result, ...], path: str) -> list[Result]:
    return [one for one in results if one.tool == "read_file" and one.arguments.get("path") == path]


def _old_text(results: tuple[Result, ...]) -> str | None:
    """The report that is there now, as far as it was read; None when there is none that can be read."""
    reads = _reads(results, REPORT_FILE)
    return joined([read.text for read in reads]) if reads and reads[-1].ok else None


def _look(finding: Finding) -> Use:
    first = max(1, (finding.line or 1) - LINES_AROUND)
    return Use("read_file", {"path": finding.path, "offset": first, "limit": 2 * LINES_AROUND + 1})


def _read_report(offset: int) -> Use:
    return Use("read_file", {"path": REPORT_FILE, "offset": offset})
