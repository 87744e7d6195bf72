"""What a turn was narrowed to: a custom command may name the only tools its prompt is worked on with.

It only ever takes tools away. What is left passes the gate like everything else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mogplex_contracts.vocabulary import ActionKind
from mogplex_daemon.harness.base import Tool, ToolCall, ToolResult

OTHER_NAMES = {"shell": "run_command", "bash": "run_command"}
"""What people also write, and the tool they mean."""


@dataclass(frozen=True, slots=True)
class Message:
    """A follow-up no agent has seen yet."""

    text: str
    allowed_tools: tuple[str, ...] | None = None
    """The only tools of the turn it makes; None narrows nothing."""
    agent_id: str | None = None
    """Whom it is for; None for whichever agent works next."""


class TurnTools:
    """The tools each agent has in its turn. What the run's own task allows holds for all of them, to its end."""

    def __init__(self, task: Sequence[str] | None) -> None:
        self._task = _named(task)
        self._turns: dict[str, frozenset[str]] = {}

    def join(self, agent_id: str, allowed: Sequence[str] | None) -> None:
        """A message is read in the middle of a turn: what it narrows is narrowed further."""
        named = _named(allowed)
        if named is not None:
            self._turns[agent_id] = self._turns.get(agent_id, named) & named

    def begin(self, agent_id: str, allowed: Sequence[str] | None) -> None:
        """The agent's turn is over; the next one is narrowed to `allowed`."""
        self._turns.pop(agent_id, None)
        self.join(agent_id, allowed)

    def inherit(self, child: str, parent: str) -> None:
        """An agent was spawned in the middle of another's turn: it may use no more than that one."""
        if parent in self._turns:
            self._turns[child] = self._turns[parent]

    def refusal(self, agent_id: str, tool: str) -> str | None:
        """Why this agent may not use a tool now; None when nothing here speaks against it.

        What no agent asks for, such as the start of a server, has no agent id and is no turn's.
        """
        if not agent_id:
            return None
        for allowed in (self._task, self._turns.get(agent_id)):
            if allowed is not None and tool not in allowed:
                names = ", ".join(sorted(allowed)) or "none"
                return f"{tool} is not among the allowed-tools of this turn: {names}"
        return None


class NarrowedTool:
    """A tool that refuses where the turn does not have it."""

    def __init__(self, tool: Tool, turn: TurnTools) -> None:
        self._tool = tool
        self._turn = turn

    @property
    def name(self) -> str:
        """The tool's own."""
        return self._tool.name

    @property
    def description(self) -> str:
        """The tool's own."""
        return self._tool.description

    @property
    def input_schema(self) -> dict[str, Any]:
        """The tool's own."""
        return self._tool.input_schema

    def action(self, arguments: dict[str, Any]) -> tuple[ActionKind, str]:
        """The tool's own."""
        return self._tool.action(arguments)

    async def run(self, call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        """Run the tool, or say that this turn does not have it."""
        refusal = self._turn.refusal(call.agent_id, self.name)
        if refusal is not None:
            return ToolResult(
                "denied", f"{refusal}. Nothing was done. Take another course, or say what is missing."
            )
        return await self._tool.run(call, arguments)


def narrowed(tools: Iterable[Tool], turn: TurnTools) -> tuple[Tool, ...]:
    """The tools, each bound to what its turn allows."""
    return tuple(NarrowedTool(tool, turn) for tool in tools)


def unknown_tools(
    allowed: Sequence[str] | None, tools: Iterable[Tool], remote: Callable[[str], bool] = lambda _: False
) -> tuple[str, ...]:
    """Names that are no tool's: they allow nothing, which whoever wrote them will want to know.

    `remote` says of a name whether it may be a tool's of an MCP server, which is not known before it is asked.
    """
    known = {tool.name for tool in tools} | OTHER_NAMES.keys()
    return tuple(name for name in allowed or () if name not in known and not remote(name))


def _named(allowed: Sequence[str] | None) -> frozenset[str] | None:
    return None if allowed is None else frozenset(OTHER_NAMES.get(name, name) for name in allowed)
