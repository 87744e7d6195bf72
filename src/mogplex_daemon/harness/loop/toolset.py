"""The tools of a run as pydantic-ai sees them: each call is told in events, and no failure ends the run."""

import time
from collections.abc import Sequence
from typing import Any

from pydantic_ai import RunContext, ToolDefinition, ToolDenied, ToolFailed
from pydantic_ai.messages import ToolCallPart, ToolReturnPart
from pydantic_ai.toolsets import AbstractToolset, ToolsetTool
from pydantic_core import SchemaValidator, core_schema

from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.ids import new_id
from mogplex_contracts.vocabulary import ActionKind, AgentStatus, ToolOutcome
from mogplex_daemon.harness.base import HarnessContext, Tool, ToolCall, ToolResult
from mogplex_daemon.harness.loop.kept_history import KeptHistory

MANY_RETRIES = 1_000_000
"""How often a model may call a tool wrongly. There is no ceiling of our own: limits of a run are the host's."""

AN_OBJECT = SchemaValidator(core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema()))
"""All that is checked here: tools check their own arguments and explain what is wrong with them."""

EDITING: frozenset[ActionKind] = frozenset(("apply_patch", "delete_file"))
INTERRUPTED = "A person interrupted this call before it ended."


class RunToolset(AbstractToolset[object]):
    """Offers `tools` to one agent, one call at a time. `kept` knows of each call before it runs."""

    def __init__(
        self,
        context: HarnessContext,
        agent_id: str,
        tools: Sequence[Tool],
        kept: KeptHistory | None = None,
        *,
        remote: bool = True,
    ) -> None:
        """`remote`: whether the tools of MCP servers are offered beside them."""
        self._context = context
        self._kept = kept
        self._agent_id = agent_id
        self._own = {tool.name: tool for tool in tools}
        self._remote = remote
        self._tools = self._own
        """All that were offered last."""
        self._told: set[str] = set()
        """Ids, as the model gave them, of the calls that already have their events."""
        self._running: tuple[str, float] | None = None
        """Id and start (monotonic seconds) of the call that runs now."""

    @property
    def id(self) -> str | None:
        """None: the toolset is made for one agent and is never stored."""
        return None

    async def get_tools(self, ctx: RunContext[object]) -> dict[str, ToolsetTool[object]]:
        """The definitions the model is given: asked before every model call, as servers come and go."""
        remote = {tool.name: tool for tool in await self._context.remote_tools()} if self._remote else {}
        self._tools = {**remote, **self._own}
        return {name: self._defined(tool) for name, tool in self._tools.items()}

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[object], tool: ToolsetTool[object]
    ) -> Any:
        """Run one call and tell it. Denials and failures are told to the model in the ways made for them."""
        asked = ctx.tool_call_id or ""
        self._told.add(asked)
        result = await self._run(self._tools[name], tool_args, asked)
        if self._kept is not None:
            await self._kept.ended(asked, result.text)
        match result.outcome:
            case "ok" | "interrupted":
                return result.text
            case "denied":
                return ToolDenied(result.text)
            case "error":
                raise ToolFailed(result.text)

    async def tell_refused(self, call: ToolCallPart | None, answer: ToolReturnPart) -> None:
        """Tell a call that never reached a tool: an unknown name, or arguments that are no JSON object."""
        if answer.tool_call_id in self._told:
            # Some providers use an id again in their next answer.
            self._told.discard(answer.tool_call_id)
            return
        tool = self._tools.get(answer.tool_name)
        kind = tool.action({})[0] if tool else "read"
        call_id = new_id("call")
        raw = call.args if call else None
        await self._context.emit(
            ToolStarted(
                call_id=call_id,
                agent_id=self._agent_id,
                tool=answer.tool_name,
                action=kind,
                input=raw if isinstance(raw, dict) else {"arguments": raw} if raw else {},
            )
        )
        text = answer.model_response_str(wrap_if_error=False)
        await self._context.emit(ToolFinished(call_id=call_id, outcome="error", output=text))

    async def tell_interrupted(self) -> None:
        """Tell that the call which runs now was stopped, if one does."""
        if self._running is not None:
            call_id, started = self._running
            await self._finish(call_id, started, ToolResult("interrupted", INTERRUPTED))

    def _defined(self, tool: Tool) -> ToolsetTool[object]:
        definition = ToolDefinition(
            name=tool.name,
            description=tool.description,
            parameters_json_schema=tool.input_schema,
            sequential=True,
        )
        return ToolsetTool(
            toolset=self, tool_def=definition, max_retries=MANY_RETRIES, args_validator=AN_OBJECT
        )

    async def _run(self, tool: Tool, arguments: dict[str, Any], asked: str) -> ToolResult:
        emit, agent_id, call_id = self._context.emit, self._agent_id, new_id("call")
        await self._context.safe_point()
        kind, target = tool.action(arguments)
        status: AgentStatus = "editing" if kind in EDITING else "calling_tool"
        await emit(
            AgentStatusChanged(agent_id=agent_id, status=status, action=action_words(tool.name, kind, target))
        )
        started = time.monotonic()
        self._running = call_id, started
        await emit(
            ToolStarted(
                call_id=call_id,
                agent_id=agent_id,
                tool=tool.name,
                action=kind,
                target=target,
                input=arguments,
            )
        )

        async def output(piece: str) -> None:
            await emit(ToolOutput(call_id=call_id, text=piece))

        if self._kept is not None:
            await self._kept.begun(asked)
        try:
            result = await tool.run(ToolCall(agent_id, call_id, output), arguments)
        except Exception as error:
            result = ToolResult("error", f"{tool.name} failed: {type(error).__name__}: {error}")
        await self._finish(call_id, started, result)
        return result

    async def _finish(self, call_id: str, started: float, result: ToolResult) -> None:
        self._running = None
        outcome: ToolOutcome = result.outcome
        await self._context.emit(
            ToolFinished(
                call_id=call_id,
                outcome=outcome,
                output=result.text,
                exit_code=result.exit_code,
                duration_ms=round((time.monotonic() - started) * 1000),
            )
        )


def action_words(tool: str, kind: ActionKind, target: str) -> str:
    """What an agent does, in a few words: `read src/a.py`, `$ git status`, `patch src/a.py`."""
    match kind:
        case "run_command":
            return f"$ {target}"
        case "apply_patch":
            return f"patch {target}".rstrip()
        case "use_remote_tool":
            return tool
        case "read" | "write_memory" | "delete_file" | "change_model" | "raise_limit":
            return f"{tool.split('_')[0]} {target}".rstrip()
