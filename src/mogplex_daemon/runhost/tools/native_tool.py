"""What all native tools share: arguments are validated, refusals become results, denials are told plainly."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from mogplex_contracts.base import Strict
from mogplex_contracts.vocabulary import ActionKind
from mogplex_daemon.harness.base import ToolCall, ToolResult, Verdict
from mogplex_daemon.home.memory import MemoryFailed
from mogplex_daemon.runhost.patch.lines import PatchRefusal
from mogplex_daemon.runhost.processes import CommandNotStarted
from mogplex_daemon.runhost.tools.services import ToolServices
from mogplex_daemon.runhost.workspace import WorkspaceRefusal

Arguments = TypeVar("Arguments", bound=Strict)

DENIALS: Mapping[str, str] = {
    "rejected": "A person rejected this.",
    "auto_rejected": "A permission rule denies this.",
    "expired": "Nobody answered in time, so this was not done.",
}
"""By decision, what the model is told."""


class NativeTool(ABC, Generic[Arguments]):
    """A tool made of a name, a description, a model of its arguments, and `act`."""

    name: str
    description: str
    kind: ActionKind
    target_argument: str = ""
    """The argument to show as what the call is about."""
    model: type[Arguments]

    def __init__(self, services: ToolServices) -> None:
        self.services = services

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        schema = self.model.model_json_schema()
        schema.pop("description", None)
        return schema

    def action(self, arguments: dict[str, Any]) -> tuple[ActionKind, str]:
        """The action kind and the target to show; never raises."""
        return self.kind, self.target(arguments)

    def target(self, arguments: Mapping[str, Any]) -> str:
        """What to show for arguments that may be wrong in any way."""
        value = arguments.get(self.target_argument)
        return value if isinstance(value, str) else ""

    async def run(self, call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        """Validate, then act. Bad arguments, refusals and failures are results, not exceptions."""
        try:
            return await self.act(call, self.model.model_validate(arguments))
        except ValidationError as error:
            return ToolResult("error", _explained(self.name, error))
        except (WorkspaceRefusal, PatchRefusal, MemoryFailed, CommandNotStarted) as refusal:
            return ToolResult("error", str(refusal))
        except OSError as error:
            name = f"{error.filename}: " if error.filename else ""
            return ToolResult("error", f"{name}{error.strerror or error}")

    @abstractmethod
    async def act(self, call: ToolCall, arguments: Arguments) -> ToolResult:
        """Do it, through the gate."""


def denied(verdict: Verdict) -> ToolResult:
    """The result of an action that was not allowed: who or what said no, and their note."""
    return ToolResult("denied", denial(verdict))


def denial(verdict: Verdict) -> str:
    """Why an action did not happen, in words for a model."""
    said = DENIALS.get(verdict.decision, "This was not allowed.")
    note = f" {verdict.note.strip()}" if verdict.note.strip() else ""
    return f"{said}{note} Nothing was done. Do not try the same by other means; take another course."


def _explained(tool: str, error: ValidationError) -> str:
    lines = [
        f"- {'.'.join(str(part) for part in problem['loc']) or 'arguments'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return f"{tool} was called with arguments it can not use:\n" + "\n".join(lines)
