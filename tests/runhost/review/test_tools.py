import json
from pathlib import Path

import anyio

from mogplex_daemon.harness.base import Tool, ToolCall, ToolResult
from mogplex_daemon.runhost.tools.review_changes import ReviewChanges
from mogplex_daemon.runhost.tools.survey_repo import SurveyRepo

from .conftest import Repo


async def ignore(text: str) -> None:
    pass


def run(tool: Tool, arguments: dict) -> ToolResult:
    return anyio.run(tool.run, ToolCall("agent", "call", ignore), arguments)


def test_the_survey_answers_with_the_inventory(repo: Repo):
    result = run(SurveyRepo(repo.root), {})
    answer = json.loads(result.text)
    assert result.outcome == "ok"
    assert answer["repository"]["branch"] == "main"
    assert answer["inventory"]["languages"][0]["language"] == "Markdown"


def test_the_review_answers_with_findings_and_report(repo: Repo):
    repo.stage("a\udcff.py", "breakpoint()\n")
    result = run(ReviewChanges(repo.root), {"task": "review staged"})
    answer = json.loads(result.text)
    assert result.outcome == "ok"
    assert answer["findings"][0]["path"] == "a\\xff.py"
    assert answer["report_text"].startswith("# Mogplex report")
    assert answer["summary"] == "1 finding in the staged diff of 1 file: 1 high"


def test_bad_arguments_are_results_that_say_what_to_pass(repo: Repo):
    assert "takes no arguments" in run(SurveyRepo(repo.root), {"x": 1}).text
    for arguments in ({}, {"task": 1}, {"task": "x", "more": 1}, {"task": "x" * 30_000}):
        result = run(ReviewChanges(repo.root), arguments)
        assert result.outcome == "error"
        assert '{"task": "…"}' in result.text


def test_a_missing_workspace_is_a_result(tmp_path: Path):
    for tool in (SurveyRepo(tmp_path / "gone"), ReviewChanges(tmp_path / "gone")):
        result = run(tool, {} if tool.name == "survey_repo" else {"task": "x"})
        assert result.outcome == "error"
        assert "gone is not a folder" in result.text


def test_both_tools_only_read(repo: Repo):
    for tool in (SurveyRepo(repo.root), ReviewChanges(repo.root)):
        assert tool.action({}) == ("read", ".")
        assert tool.input_schema["type"] == "object"
