"""The tool that tells a model what the workspace holds. It only reads."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mogplex_contracts.base import Strict
from mogplex_contracts.vocabulary import ActionKind
from mogplex_daemon.harness.base import ToolCall, ToolResult
from mogplex_daemon.runhost.review.service import ReviewFailed, survey


class SurveyRepoInput(Strict):
    """The tool takes no arguments."""


class SurveyRepo:
    """Inventory of the workspace at `root`: languages, totals and biggest files, as JSON."""

    name = "survey_repo"
    description = (
        "Survey the workspace: branch and commit, files, lines and bytes by language, and the biggest files. "
        "Read-only; takes no arguments; answers with JSON."
    )

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        return SurveyRepoInput.model_json_schema()

    def action(self, arguments: dict[str, Any]) -> tuple[ActionKind, str]:
        """A read of the whole workspace."""
        return "read", "."

    async def run(self, call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        """The survey as JSON text; bad arguments and an unreadable folder are results."""
        try:
            SurveyRepoInput.model_validate(arguments)
            found = await survey(self._root)
        except ValidationError:
            return ToolResult("error", "survey_repo takes no arguments: call it with an empty object.")
        except (ReviewFailed, OSError) as error:
            return ToolResult("error", f"The workspace could not be surveyed: {error}.")
        answer = {
            "repository": asdict(found.repository) if found.repository else None,
            "inventory": asdict(found.inventory),
            "notes": found.notes,
        }
        return ToolResult("ok", json.dumps(answer, indent=1))
