"""atlas, the architect: looks at what is there and says what will be done."""

import re
from dataclasses import replace

from mogplex_daemon.harness.demo.findings import Survey, read_survey
from mogplex_daemon.harness.demo.report_file import REPORT_FILE
from mogplex_daemon.harness.demo.script import Notes, Result, Step, Use, last, why_not

PLAN_STEP = "Survey the workspace"
INSTRUCTIONS = "Survey the workspace, read what matters most, and say in a few words what will be done."

LINES_READ = 60
"""Of the one file that is read to get an idea of the project."""
LISTED = re.compile(r"^(.+) \((?:\d+ bytes|symlink)\)$", re.MULTILINE)
LANGUAGES_NAMED = 3


def step(notes: Notes, results: tuple[Result, ...]) -> Step:
    """Survey, look for a README, read it (or else the biggest text file), say the plan."""
    surveyed = last(results, "survey_repo")
    if surveyed is None:
        return Step(
            think="First I look at what this workspace holds.",
            say="I am atlas of the offline demo: a script, no model. I survey the workspace first.",
            use=Use("survey_repo"),
        )
    listed = last(results, "list_files")
    if listed is None:
        return Step(
            think="A README tells what the project is for.",
            use=Use("list_files", {"path": ".", "glob": "/README*"}),
        )
    survey = read_survey(surveyed.text) if surveyed.ok else None
    read = last(results, "read_file")
    path = _worth_reading(listed, survey)
    if read is None and path is not None:
        return Step(use=Use("read_file", {"path": path, "limit": LINES_READ}))
    return Step(say=_plan(surveyed, survey, read))


def hand_over(notes: Notes, results: tuple[Result, ...]) -> Notes:
    """Adds whether there is a git repository."""
    surveyed = last(results, "survey_repo")
    survey = read_survey(surveyed.text) if surveyed and surveyed.ok else None
    return replace(notes, is_repository=survey.repository is not None if survey else None)


def summary(notes: Notes) -> str:
    """What came of it, in a sentence."""
    if notes.is_repository is None:
        return "The workspace could not be surveyed."
    return "The workspace was surveyed and the plan made."


def _worth_reading(listed: Result, survey: Survey | None) -> str | None:
    readmes = sorted(LISTED.findall(listed.text)) if listed.ok else []
    if readmes:
        return readmes[0]
    biggest = survey.inventory.biggest if survey else ()
    return next((file.path for file in biggest if file.nature == "text"), None)


def _plan(surveyed: Result, survey: Survey | None, read: Result | None) -> str:
    seen = _seen(survey) if survey else f"The workspace could not be surveyed: {why_not(surveyed)}."
    if read is not None and read.ok:
        seen += f" I read {read.arguments.get('path')}{_title(read.text)}."
    return (
        f"{seen}\n\nThe plan: forge reviews by fixed rules and asks to write {REPORT_FILE}, "
        "probe runs git's own check, sage remembers the outcome and sums up."
    )


def _seen(survey: Survey) -> str:
    inventory = survey.inventory
    where = "a folder without git"
    if survey.repository is not None:
        branch = survey.repository.branch
        where = f"a git repository on {branch}" if branch else "a git repository on a detached head"
    languages = ", ".join(
        f"{share.language} ({share.files})" for share in inventory.languages[:LANGUAGES_NAMED]
    )
    mostly = f"; mostly {languages}" if languages else ""
    return f"This is {where}: {inventory.files} files, {inventory.lines} lines{mostly}."


def _title(text: str) -> str:
    """The first heading of a file, to show that it was read."""
    heading = next((line for line in text.split("\n") if line.startswith("# ")), "")
    return f" (“{heading.removeprefix('# ').strip()}”)" if heading else ""
