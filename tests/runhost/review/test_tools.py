import json
from pathlib import Path

import anyio

from mogplex_contracts.vocabulary import Decision
from mogplex_daemon.harness.base import ActionRequest, Tool, ToolCall, ToolResult, Verdict
from mogplex_daemon.home.memory import MemoryStore
from mogplex_daemon.runhost.processes import ProcessRunner
from mogplex_daemon.runhost.tools.review_changes import ReviewChanges
from mogplex_daemon.runhost.tools.services import ToolServices
from mogplex_daemon.runhost.tools.survey_repo import SurveyRepo
from mogplex_daemon.runhost.workspace import Workspace

from .conftest import Repo


async def ignore(*_: object) -> None:
    pass


class Gate:
    def __init__(self, decision: Decision = "auto_approved") -> None:
        self.decision: Decision = decision
        self.descriptors: list[str] = []

    async def __call__(self, request: ActionRequest) -> Verdict:
        self.descriptors += [request.descriptor, *request.more_descriptors]
        return Verdict(self.decision)


def make(kind: type[SurveyRepo | ReviewChanges], root: Path, gate: Gate | None = None) -> Tool:
    """The review tools report nothing and touch no memory, so those services are never used."""
    memory = MemoryStore(root.parent / "memory.db")
    return kind(ToolServices("run_1", Workspace(root), gate or Gate(), ignore, memory, ProcessRunner()))


def run(tool: Tool, arguments: dict) -> ToolResult:
    return anyio.run(tool.run, ToolCall("agent", "call", ignore), arguments)


def test_the_survey_answers_with_the_inventory(repo: Repo):
    result = run(make(SurveyRepo, repo.root), {})
    answer = json.loads(result.text)
    assert result.outcome == "ok"
    assert answer["repository"]["branch"] == "main"
    assert answer["inventory"]["languages"][0]["language"] == "Markdown"


def test_the_review_answers_with_findings_and_report(repo: Repo):
    repo.stage("a\udcff.py", "breakpoint()\n")
    result = run(make(ReviewChanges, repo.root), {"task": "review staged"})
    answer = json.loads(result.text)
    assert result.outcome == "ok"
    assert answer["findings"][0]["path"] == "a\\xff.py"
    assert answer["report_text"].startswith("# Mogplex report")
    assert answer["summary"] == "1 finding in the staged diff of 1 file: 1 high"


def test_bad_arguments_are_results_that_say_what_to_pass(repo: Repo):
    assert "- x: " in run(make(SurveyRepo, repo.root), {"x": 1}).text
    for arguments in ({}, {"task": 1}, {"task": "x", "more": 1}, {"task": "x" * 30_000}):
        result = run(make(ReviewChanges, repo.root), arguments)
        assert result.outcome == "error"
        assert "- task: " in result.text or "- more: " in result.text


def test_a_missing_workspace_is_a_result(tmp_path: Path):
    for tool in (make(SurveyRepo, tmp_path / "gone"), make(ReviewChanges, tmp_path / "gone")):
        result = run(tool, {} if tool.name == "survey_repo" else {"task": "x"})
        assert result.outcome == "error"
        assert "gone is not a folder" in result.text


def test_the_gate_is_asked_for_every_file_a_finding_quotes(repo: Repo):
    repo.stage("a.py", "breakpoint()\n")
    gate = Gate()
    assert run(make(ReviewChanges, repo.root, gate), {"task": "review staged"}).outcome == "ok"
    assert gate.descriptors == ["read:.", "read:a.py"]
    for kind, arguments in ((SurveyRepo, {}), (ReviewChanges, {"task": "review staged"})):
        denied = run(make(kind, repo.root, Gate("auto_rejected")), arguments)
        assert denied.outcome == "denied"
        assert "a.py" not in denied.text


def test_both_tools_only_read(repo: Repo):
    for tool in (make(SurveyRepo, repo.root), make(ReviewChanges, repo.root)):
        assert tool.action({}) == ("read", ".")
        assert tool.input_schema["type"] == "object"
