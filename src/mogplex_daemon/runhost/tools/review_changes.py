"""The tool that reviews the staged or unstaged diff of the workspace for a model. It only reads."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from mogplex_contracts.base import Strict
from mogplex_contracts.vocabulary import ActionKind
from mogplex_daemon.harness.base import ToolCall, ToolResult
from mogplex_daemon.runhost.review.service import ReviewFailed, review

FINDINGS_LIMIT = 200
"""Findings that the answer lists; the report text counts all of them."""

TASK_LIMIT = 20_000


class ReviewChangesInput(Strict):
    """What to review."""

    task: Annotated[
        str,
        Field(
            max_length=TASK_LIMIT,
            description="The task in the person's words. 'staged' or 'unstaged' in it chooses the diff.",
        ),
    ]


class ReviewChanges:
    """Static review of the changes in the workspace at `root`: findings and a markdown report, as JSON."""

    name = "review_changes"
    description = (
        "Review the staged or unstaged git diff by fixed rules, without a model: conflict markers, secrets, "
        "broken JSON/TOML/YAML/Python, leftover debugging, unfinished tests, open remarks, odd files, very "
        "long lines. Read-only; answers with JSON: summary, reviewed, findings (path, line, check, severity, "
        "message, excerpt), notes and report_text (a complete markdown report)."
    )

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        return ReviewChangesInput.model_json_schema()

    def action(self, arguments: dict[str, Any]) -> tuple[ActionKind, str]:
        """A read of the whole workspace."""
        return "read", "."

    async def run(self, call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        """The review as JSON text; bad arguments and an unreadable folder are results."""
        try:
            task = ReviewChangesInput.model_validate(arguments).task
            done = await review(self._root, task)
        except ValidationError:
            return ToolResult(
                "error", f'review_changes takes {{"task": "…"}}, a text of at most {TASK_LIMIT} characters.'
            )
        except (ReviewFailed, OSError) as error:
            return ToolResult("error", f"The changes could not be reviewed: {error}.")
        answer = {
            "summary": done.summary,
            "reviewed": done.reviewed,
            "findings": [asdict(finding) for finding in done.findings[:FINDINGS_LIMIT]],
            "findings_left_off": max(0, len(done.findings) - FINDINGS_LIMIT),
            "notes": done.notes,
            "report_text": done.report_text,
        }
        return ToolResult("ok", json.dumps(answer, indent=1))
