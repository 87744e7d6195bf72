"""The tool that reviews the staged or unstaged diff of the workspace for a model. It only reads."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.runhost.review.service import ReviewFailed, review
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied

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


class ReviewChanges(NativeTool[ReviewChangesInput]):
    """Reviews the changes in the workspace. The gate is asked for every file a finding quotes before it is told."""

    name = "review_changes"
    description = (
        "Review the staged or unstaged git diff by fixed rules, without a model: conflict markers, secrets, "
        "broken JSON/TOML/YAML/Python, leftover debugging, unfinished tests, open remarks, odd files, very "
        "long lines. Read-only; answers with JSON: summary, reviewed, findings (path, line, check, severity, "
        "message, excerpt), notes and report_text (a complete markdown report)."
    )
    kind = "read"
    model = ReviewChangesInput

    def target(self, arguments: Mapping[str, Any]) -> str:
        """The whole workspace."""
        return "."

    async def act(self, call: ToolCall, arguments: ReviewChangesInput) -> ToolResult:
        """Review, ask the gate for what would be quoted, then tell."""
        try:
            done = await review(self.services.workspace.root, arguments.task)
        except ReviewFailed as failed:
            return ToolResult("error", f"The changes could not be reviewed: {failed}.")
        verdict = await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=self.services.workspace.descriptor("read", self.services.workspace.root),
                target="the changes of the workspace",
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
                more_descriptors=tuple(
                    f"read:{path}" for path in dict.fromkeys(finding.path for finding in done.findings)
                ),
            )
        )
        if not verdict.allowed:
            return denied(verdict)
        answer = {
            "summary": done.summary,
            "reviewed": done.reviewed,
            "findings": [asdict(finding) for finding in done.findings[:FINDINGS_LIMIT]],
            "findings_left_off": max(0, len(done.findings) - FINDINGS_LIMIT),
            "notes": done.notes,
            "report_text": done.report_text,
        }
        return ToolResult("ok", json.dumps(answer, indent=1))
