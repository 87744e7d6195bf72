import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.harness.demo.findings import Review
from mogplex_daemon.harness.demo.report_file import joined, next_offset, report_patch
from mogplex_daemon.harness.demo.roles import ROLES, architect, builder, reviewer, tester
from mogplex_daemon.harness.demo.script import Notes, Result, Use, why_not
from mogplex_daemon.runhost.patch.plan import plan_patch

REVIEW = {
    "summary": "1 finding in the staged diff of 1 file: 1 high",
    "reviewed": "staged",
    "findings": [{"path": "a.py", "line": 9, "severity": "high", "message": "left over"}],
    "report_text": "# Report\n",
}
LINE = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1)
TEXT = st.lists(LINE, min_size=1).map(lambda lines: "".join(f"{line}\n" for line in lines))


def done(tool: str, text: str = "", outcome: str = "ok", **arguments: object) -> Result:
    return Result(tool, arguments, outcome, text)


REVIEWED = done("review_changes", json.dumps(REVIEW))
LOOKED = done("read_file", "code", path="a.py")
NO_REPORT = done("list_files", "[no files]")
A_REPORT = done("list_files", "MOGPLEX_REPORT.md (12 bytes)")
DENIAL = "A person rejected this. Too long. Nothing was done. Do not try the same by other means."


@given(TEXT)
def test_the_report_patch_adds_the_file_where_there_is_none(new_text: str):
    (change,) = plan_patch(report_patch(None, new_text), lambda _: None).changes
    assert (change.change_kind, change.new_text) == ("add", new_text)


@given(st.one_of(st.just(""), TEXT), TEXT)
def test_the_report_patch_replaces_the_whole_content(old_text: str, new_text: str):
    if old_text != new_text:
        (change,) = plan_patch(report_patch(old_text, new_text), lambda _: old_text).changes
        assert (change.change_kind, change.new_text) == ("update", new_text)


def test_a_long_report_is_read_on_and_put_together():
    pieces = ["one\ntwo\n[more follows; read on with offset=3]", "three\n"]
    assert next_offset(pieces[0]) == 3
    assert next_offset(pieces[1]) is None
    assert joined(pieces) == "one\ntwo\nthree\n"


def test_an_empty_report_is_an_empty_text():
    assert joined(["[the file is empty]"]) == ""


def test_why_not_says_who_said_no_and_why():
    assert why_not(done("apply_patch", DENIAL, "denied")) == "a person rejected this: Too long"
    assert why_not(done("apply_patch", "", "interrupted")) == "the call was interrupted"


def test_the_builder_looks_at_the_worst_finding_in_place():
    assert builder.step(Notes("review"), (REVIEWED,)).use == Use(
        "read_file", {"path": "a.py", "offset": 6, "limit": 7}
    )


def test_a_finding_in_the_report_itself_is_not_taken_for_reading_it():
    finding = {"path": "MOGPLEX_REPORT.md", "line": 40, "severity": "low"}
    reviewed = done("review_changes", json.dumps({**REVIEW, "findings": [finding]}))
    assert builder.step(Notes("review"), (reviewed, A_REPORT)).use == Use(
        "read_file", {"path": "MOGPLEX_REPORT.md", "offset": 1}
    )


def test_the_builder_reads_the_old_report_to_its_end_before_it_replaces_it():
    piece = done(
        "read_file", "old\n[more follows; read on with offset=2]", path="MOGPLEX_REPORT.md", offset=1
    )
    assert builder.step(Notes("review"), (REVIEWED, LOOKED, A_REPORT, piece)).use == Use(
        "read_file", {"path": "MOGPLEX_REPORT.md", "offset": 2}
    )
    rest = done("read_file", "end\n", path="MOGPLEX_REPORT.md", offset=2)
    use = builder.step(Notes("review"), (REVIEWED, LOOKED, A_REPORT, piece, rest)).use
    assert use is not None
    assert "-old\n-end\n+# Report\n" in use.arguments["patch"]


def test_an_ignored_report_that_was_not_listed_is_read_and_replaced():
    blocked = done("apply_patch", "MOGPLEX_REPORT.md exists", "error")
    results = (REVIEWED, LOOKED, NO_REPORT, blocked)
    assert builder.step(Notes("review"), results).use == Use(
        "read_file", {"path": "MOGPLEX_REPORT.md", "offset": 1}
    )
    old = done("read_file", "old\n", path="MOGPLEX_REPORT.md", offset=1)
    use = builder.step(Notes("review"), (*results, old)).use
    assert use is not None
    assert "-old\n+# Report\n" in use.arguments["patch"]


def test_a_rejected_patch_puts_the_report_into_the_message():
    results = (REVIEWED, LOOKED, NO_REPORT, done("apply_patch", DENIAL, "denied"))
    step = builder.step(Notes("review"), results)
    assert step.use is None
    assert step.say == (
        "The report was not written: a person rejected this: Too long. Here it is:\n\n# Report\n"
    )
    notes = builder.hand_over(Notes("review"), results)
    assert (notes.report, notes.unwritten_because) == ("not_written", "a person rejected this: Too long")


@pytest.mark.parametrize("text", ["", "no json", '{"summary": 1}'])
def test_a_review_that_can_not_be_read_writes_nothing(text: str):
    results = (done("review_changes", text),)
    assert builder.step(Notes("review"), results).use is None
    assert builder.hand_over(Notes("review"), results).review is None


@pytest.mark.parametrize(
    ("reviewed", "command"),
    [("staged", "git diff --check --staged"), ("unstaged", "git diff --check"), ("none", "git diff --check")],
)
def test_the_tester_checks_the_diff_that_was_reviewed(reviewed: str, command: str):
    review = Review.model_validate({**REVIEW, "reviewed": reviewed})
    step = tester.step(Notes("review", is_repository=True, review=review), ())
    assert step.use == Use("run_command", {"command": command})


def test_outside_a_repository_the_tester_runs_nothing():
    step = tester.step(Notes("review", is_repository=False), ())
    assert step.use is None
    assert step.say == "This is not a git repository, so nothing was checked."


@pytest.mark.parametrize(
    ("ran", "told"),
    [
        (done("run_command", "[no output]\n[exit code 0]"), "`git diff --check` found nothing"),
        (
            done("run_command", "a.py:3: trailing whitespace.\n+x  \n[exit code 2]", "error"),
            "`git diff --check` found 1 problem",
        ),
        (
            done("run_command", "fatal: broken\n[exit code 128]", "error"),
            "`git diff --check` failed: fatal: broken [exit code 128]",
        ),
        (done("run_command", DENIAL, "denied"), "Nothing was checked: a person rejected this: Too long"),
    ],
)
def test_the_tester_tells_what_really_came_of_it(ran: Result, told: str):
    assert tester.step(Notes("x", is_repository=True), (ran,)).say == f"{told}."
    assert tester.hand_over(Notes("x", is_repository=True), (ran,)).checked == told


@pytest.mark.parametrize(
    ("task", "key"),
    [
        ("Review the staged diff!", "review/review-the-staged-diff"),
        ("", "review/latest"),
        ("日本", "review/latest"),
    ],
)
def test_the_memory_key_is_made_of_the_task(task: str, key: str):
    assert reviewer.memory_key(task) == key


def test_the_reviewer_names_what_was_not_done():
    notes = Notes("review", unwritten_because="a person rejected this", checked="Nothing was checked")
    said = reviewer.step(notes, (done("write_memory", DENIAL, "denied"),)).say
    assert "Not written: MOGPLEX_REPORT.md; a person rejected this." in said
    assert "Not remembered: review/review; a person rejected this: Too long." in said


def test_the_architect_reads_the_readme_else_the_biggest_text_file():
    survey = {
        "repository": None,
        "inventory": {
            "files": 1,
            "lines": 2,
            "biggest": [{"path": "a.bin", "nature": "binary"}, {"path": "a.c", "nature": "text"}],
        },
    }
    surveyed = done("survey_repo", json.dumps(survey))
    readme = (surveyed, done("list_files", "README.md (12 bytes)"))
    assert architect.step(Notes("x"), readme).use == Use("read_file", {"path": "README.md", "limit": 60})
    without = (surveyed, done("list_files", "[no files]"))
    assert architect.step(Notes("x"), without).use == Use("read_file", {"path": "a.c", "limit": 60})


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
@pytest.mark.parametrize("outcome", ["error", "denied", "interrupted"])
def test_every_script_comes_to_an_end_when_nothing_works(role, outcome: str):
    notes, results = Notes("review"), ()
    for _ in range(10):
        step = role.script(notes, results)
        if step.use is None:
            break
        results = (*results, Result(step.use.tool, step.use.arguments, outcome, "no"))
    assert step.use is None
    assert step.say
    assert role.summary(role.hand_over(notes, results))
