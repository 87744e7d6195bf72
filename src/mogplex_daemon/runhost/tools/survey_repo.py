"""The tool that tells a model what the workspace holds. It only reads."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.runhost.review.service import ReviewFailed, survey
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied


class SurveyRepoInput(Strict):
    """The tool takes no arguments."""


class SurveyRepo(NativeTool[SurveyRepoInput]):
    """Inventory of the workspace: languages, totals and biggest files, as JSON. Quotes no file."""

    name = "survey_repo"
    description = (
        "Survey the workspace: branch and commit, files, lines and bytes by language, and the biggest files. "
        "Read-only; takes no arguments; answers with JSON."
    )
    kind = "read"
    model = SurveyRepoInput

    def target(self, arguments: Mapping[str, Any]) -> str:
        """The whole workspace."""
        return "."

    async def act(self, call: ToolCall, arguments: SurveyRepoInput) -> ToolResult:
        """Ask the gate, then survey."""
        workspace = self.services.workspace
        verdict = await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=workspace.descriptor("read", workspace.root),
                target="the workspace",
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
            )
        )
        if not verdict.allowed:
            return denied(verdict)
        try:
            found = await survey(workspace.root)
        except ReviewFailed as failed:
            return ToolResult("error", f"The workspace could not be surveyed: {failed}.")
        answer = {
            "repository": asdict(found.repository) if found.repository else None,
            "inventory": asdict(found.inventory),
            "notes": found.notes,
        }
        return ToolResult("ok", json.dumps(answer, indent=1))
