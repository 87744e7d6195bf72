"""probe, the tester: runs git's own check of the reviewed diff."""

import re
from dataclasses import replace

from mogplex_daemon.harness.demo.script import Notes, Result, Step, Use, last, why_not

PLAN_STEP = "Run git's own check"
INSTRUCTIONS = "Run `git diff --check` on the reviewed diff, if it is allowed, and say what came of it."

EXIT_CODE = re.compile(r"\[exit code (\d+)\]")
PROBLEMS = 2
"""The exit code by which `git diff --check` says that it found something."""
PLACE = re.compile(r"^\S.*:\d+: \S.*$", re.MULTILINE)


def step(notes: Notes, results: tuple[Result, ...]) -> Step:
    """Run the check once, then say what came of it. Without a repository nothing is run."""
    ran = last(results, "run_command")
    if ran is None and notes.is_repository is not False:
        return Step(
            say="I am probe of the offline demo. I ask to run git's own check for conflict markers "
            "and broken whitespace.",
            use=Use("run_command", {"command": check_command(notes)}),
        )
    return Step(say=f"{_outcome(notes, ran)}.")


def hand_over(notes: Notes, results: tuple[Result, ...]) -> Notes:
    """Adds what came of the check."""
    return replace(notes, checked=_outcome(notes, last(results, "run_command")))


def summary(notes: Notes) -> str:
    """What came of it, in a sentence."""
    return f"{notes.checked}."


def check_command(notes: Notes) -> str:
    """The command for the diff that was reviewed; without one, for what is not staged."""
    staged = notes.review is not None and notes.review.reviewed == "staged"
    return "git diff --check --staged" if staged else "git diff --check"


def _outcome(notes: Notes, ran: Result | None) -> str:
    command = check_command(notes)
    if ran is None:
        return "This is not a git repository, so nothing was checked"
    if ran.ok:
        return f"`{command}` found nothing"
    if ran.outcome == "error":
        code = EXIT_CODE.search(ran.text)
        if code is not None and int(code.group(1)) == PROBLEMS:
            found = len(PLACE.findall(ran.text))
            return f"`{command}` found {found} problem{'' if found == 1 else 's'}"
        return f"`{command}` failed: {why_not(ran)}"
    return f"Nothing was checked: {why_not(ran)}"
