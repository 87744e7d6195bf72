"""The tool `delegate`: hands pieces of work to sub-agents, which work at the same time, and returns their answers."""

from collections.abc import Awaitable, Callable
from typing import Any, get_args

import anyio
from pydantic import Field, ValidationError

from mogplex_contracts.base import Strict
from mogplex_contracts.vocabulary import ActionKind, AgentRole
from mogplex_daemon.harness.base import ToolCall, ToolResult
from mogplex_daemon.harness.native.roles import ROLES

MOST_AT_ONCE = 8
_ROLES = ", ".join(get_args(AgentRole))


class Piece(Strict):
    """One piece of work."""

    role: AgentRole = Field(description="Who does it.")
    task: str = Field(min_length=1, description="What to do, with everything that must be known for it.")


class DelegateArguments(Strict):
    """Arguments of delegate."""

    tasks: tuple[Piece, ...] = Field(
        min_length=1,
        max_length=MOST_AT_ONCE,
        description="One or several pieces; several are worked on at once.",
    )


SubAgent = Callable[[AgentRole, str, str], Awaitable[ToolResult]]
"""Works on a task in a role for the agent of this id, to its end; what came of it. Raises nothing."""


class Delegate:
    """Of one agent. Sub-agents have no such tool: whoever delegates answers for the result."""

    name = "delegate"

    def __init__(self, work: SubAgent) -> None:
        self._work = work

    @property
    def description(self) -> str:
        """What it does, and what each role is for."""
        roles = "\n".join(f"- {name}: {role.purpose}" for name, role in ROLES.items())
        return f"Hand pieces of work to other agents and wait for their answers. Roles:\n{roles}"

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        schema = DelegateArguments.model_json_schema()
        schema.pop("description", None)
        return schema

    def action(self, arguments: dict[str, Any]) -> tuple[ActionKind, str]:
        """It touches nothing itself; what is shown are the roles."""
        try:
            pieces = DelegateArguments.model_validate(arguments, strict=False).tasks
        except ValidationError:
            return "read", ""
        return "read", ", ".join(piece.role for piece in pieces)

    async def run(self, call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        """All pieces at once; the answers in the order of the tasks."""
        try:
            pieces = DelegateArguments.model_validate(arguments, strict=False).tasks
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "arguments"
            return ToolResult("error", f"delegate: {place}: {first['msg']}; roles are {_ROLES}")
        results: dict[int, ToolResult] = {}

        async def work(position: int, piece: Piece) -> None:
            results[position] = await self._work(piece.role, piece.task, call.agent_id)

        async with anyio.create_task_group() as group:
            for position, piece in enumerate(pieces):
                group.start_soon(work, position, piece)
        answers = [results[position] for position in range(len(pieces))]
        text = "\n\n".join(
            f"## {piece.role}: {_how(answer)}\n{answer.text}"
            for piece, answer in zip(pieces, answers, strict=True)
        )
        return ToolResult("ok" if any(each.outcome == "ok" for each in answers) else "error", text)


def _how(answer: ToolResult) -> str:
    return "done" if answer.outcome == "ok" else "could not finish"
