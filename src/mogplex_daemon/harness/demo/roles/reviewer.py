"""sage, the reviewer: remembers the outcome, if it is allowed, and sums up what really happened."""

import re
from dataclasses import replace

from mogplex_daemon.harness.demo.report_file import REPORT_FILE
from mogplex_daemon.harness.demo.script import Notes, Result, Step, Use, last, why_not

PLAN_STEP = "Remember the outcome and sum up"
INSTRUCTIONS = "Write one memory entry about the outcome, if it is allowed, and sum the run up honestly."

SLUG_CHARACTERS = 40
TOP_FINDINGS = 5


def step(notes: Notes, results: tuple[Result, ...]) -> Step:
    """Ask to write the memory entry, then sum up."""
    remembered = last(results, "write_memory")
    if remembered is None:
        return Step(
            say="I am sage of the offline demo. I ask to remember the outcome for later runs.",
            use=Use("write_memory", {"key": memory_key(notes.task), "text": _paragraph(notes)}),
        )
    return Step(say=_summary(notes, remembered))


def hand_over(notes: Notes, results: tuple[Result, ...]) -> Notes:
    """Adds whether the outcome was remembered."""
    remembered = last(results, "write_memory")
    return replace(notes, remembered=remembered is not None and remembered.ok)


def summary(notes: Notes) -> str:
    """What came of it, in a sentence."""
    return "The outcome was remembered." if notes.remembered else "Nothing was remembered."


def memory_key(task: str) -> str:
    """`review/` and the first words of the task; `review/latest` for a task without words."""
    slug = "-".join(re.findall(r"[a-z0-9]+", task.lower()))[:SLUG_CHARACTERS].strip("-")
    return f"review/{slug or 'latest'}"


def _paragraph(notes: Notes) -> str:
    found = notes.review.summary if notes.review else "no review could be made"
    worst = f" Worst first: {', '.join(_places(notes))}." if _places(notes) else ""
    where = "not in a file" if notes.report == "not_written" else f"in {REPORT_FILE}"
    return f"Static review without a model (offline demo): {found}.{worst} The report is {where}. {notes.checked}."


def _summary(notes: Notes, remembered: Result) -> str:
    lines = ["What happened:", ""]
    review = notes.review
    if review is None:
        lines.append("- Findings: none can be told, the review could not be made.")
    elif review.findings:
        more = f", {review.findings_left_off} more not listed" if review.findings_left_off else ""
        lines.append(f"- Findings: {review.counts()}{more}. Top: {', '.join(_places(notes))}.")
    else:
        lines.append(f"- Findings: {review.summary}.")
    match notes.report:
        case "written":
            lines.append(f"- Written: {REPORT_FILE}.")
        case "unchanged":
            lines.append(f"- Not written: {REPORT_FILE}; it already had this text.")
        case "not_written":
            lines.append(f"- Not written: {REPORT_FILE}; {notes.unwritten_because}.")
    lines.append(f"- Check: {notes.checked}.")
    key = memory_key(notes.task)
    if remembered.ok:
        lines.append(f"- Remembered: {key}.")
    else:
        lines.append(f"- Not remembered: {key}; {why_not(remembered)}.")
    return "\n".join((*lines, "", "This was the offline demo: fixed rules, no model was called."))


def _places(notes: Notes) -> list[str]:
    findings = notes.review.findings if notes.review else ()
    return [finding.place for finding in findings[:TOP_FINDINGS]]
