"""The loop itself: one agent works on a prompt until it is done and nobody has anything more to say to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_ai import Agent, AgentRun, UsageLimits
from pydantic_ai.messages import (
    FunctionToolResultEvent,
    ModelMessage,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models import Model
from pydantic_ai.usage import RunUsage
from pydantic_graph import End

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.ids import new_id
from mogplex_daemon.harness.base import HarnessContext, Tool
from mogplex_daemon.harness.loop.agent import AgentIdentity, Interrupts
from mogplex_daemon.harness.loop.failures import MODEL_ERRORS, model_failure
from mogplex_daemon.harness.loop.toolset import MANY_RETRIES, RunToolset
from mogplex_daemon.harness.loop.translate import StreamTranslation
from mogplex_daemon.harness.loop.usage import usage_reported

INTERRUPTED_NOTE = (
    "[interrupted] A person stopped your last step. Do not repeat it unasked: take another course or sum up."
)
"""What an agent is told after an interrupt."""
OUTPUT_RETRIES = 3
"""How often a model may answer with nothing at all before it counts as broken."""


@dataclass(frozen=True, slots=True)
class AgentOutcome:
    """How an agent's work ended."""

    text: str
    """The last thing it said."""
    history: tuple[ModelMessage, ...]
    """All messages, to go on from later."""
    usage: RunUsage
    """Of all its model calls; an estimate where the model is a function."""


async def run_agent(
    context: HarnessContext,
    agent: AgentIdentity,
    model: Model,
    instructions: str,
    prompt: str,
    tools: Sequence[Tool],
    history: Sequence[ModelMessage] | None = None,
    *,
    interrupts: Interrupts | None = None,
    reports_usage: bool = True,
    remote_tools: bool = True,
) -> AgentOutcome:
    """Let `agent` work on `prompt`, telling every step as events, until it ends and no follow-up waits.

    Tool calls run one after another. `interrupts` stops its current step from outside. `reports_usage` is
    False for a model that only guesses what it uses. `remote_tools`: whether the
    agent is offered the tools of MCP servers, too. Raises HarnessFailed when the model fails.
    """
    toolset = RunToolset(context, agent.agent_id, tools, remote=remote_tools)
    worker = Agent(
        model,
        instructions=instructions,
        toolsets=[toolset],
        retries={"tools": MANY_RETRIES, "output": OUTPUT_RETRIES},
    )
    loop = _AgentLoop(context, agent, worker, toolset, interrupts or Interrupts(), reports_usage)
    return await loop.work(prompt, list(history or ()))


class _AgentLoop:
    def __init__(
        self,
        context: HarnessContext,
        agent: AgentIdentity,
        worker: Agent[object, str],
        toolset: RunToolset,
        interrupts: Interrupts,
        reports_usage: bool,
    ) -> None:
        self._context = context
        self._agent = agent
        self._worker = worker
        self._toolset = toolset
        self._interrupts = interrupts
        self._reports_usage = reports_usage
        self._history: list[ModelMessage] = []
        self._usage = RunUsage()
        self._stream: StreamTranslation | None = None

    async def work(self, prompt: str, history: list[ModelMessage]) -> AgentOutcome:
        """Turn after turn: the prompt, then what a person added, or that a person interrupted."""
        self._history = history
        text = ""
        next_prompt: str | None = prompt
        while next_prompt is not None:
            known = len(self._history)
            ended: str | None = None
            with self._interrupts:
                ended = await self._turn(next_prompt)
            if ended is not None:
                text = ended
                next_prompt = self._context.next_turn(self._agent.agent_id)
                continue
            await self._tell_unfinished()
            # Stopped before the prompt was taken up: then it is still to be said.
            next_prompt = INTERRUPTED_NOTE if len(self._history) > known else next_prompt
        return AgentOutcome(text, tuple(self._history), self._usage)

    async def _turn(self, prompt: str) -> str:
        """One prompt until the model is done; its last words. The history is kept however it ends."""
        limits = UsageLimits(request_limit=None)
        run: AgentRun[object, str] | None = None
        try:
            async with self._worker.iter(
                prompt, message_history=self._history, usage=self._usage, usage_limits=limits
            ) as run:
                await self._drive(run)
        except MODEL_ERRORS as error:
            await self._tell_unfinished()
            raise model_failure(error, self._agent) from error
        finally:
            # pydantic-ai completes the history while its context ends: only now it is whole.
            if run is not None:
                self._history = list(run.all_messages())
        return run.result.output if run is not None and run.result else ""

    async def _drive(self, run: AgentRun[object, str]) -> None:
        node = run.next_node
        while not isinstance(node, End):
            if Agent.is_model_request_node(node):
                await self._before_request(run)
                self._stream = StreamTranslation(self._agent.agent_id, lambda: new_id("msg"))
                async with node.stream(run.ctx) as events:
                    async for event in events:
                        await self._tell(self._stream.feed(event))
                await self._tell(self._stream.close())
                self._stream = None
            elif Agent.is_call_tools_node(node):
                await self._tell_usage(node.model_response)
                async with node.stream(run.ctx) as events:
                    async for event in events:
                        if isinstance(event, FunctionToolResultEvent):
                            call = _call_of(node.model_response, event.part)
                            await self._toolset.tell_refused(call, event.part)
            node = await run.next(node)

    async def _before_request(self, run: AgentRun[object, str]) -> None:
        await self._context.safe_point()
        await self._context.emit(AgentStatusChanged(agent_id=self._agent.agent_id, status="thinking"))
        # Last, so that no interrupt comes between taking a message and sending it.
        while (message := self._context.next_message(self._agent.agent_id)) is not None:
            run.enqueue(message)

    async def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            await self._context.emit(event)

    async def _tell_usage(self, response: ModelResponse) -> None:
        report = usage_reported(self._agent, response) if self._reports_usage else None
        if report is not None:
            await self._context.emit(report)

    async def _tell_unfinished(self) -> None:
        """What was half said and half done when a step was stopped or failed."""
        if self._stream is not None:
            await self._tell(self._stream.close())
            self._stream = None
        await self._toolset.tell_interrupted()


def _call_of(response: ModelResponse, answer: ToolReturnPart) -> ToolCallPart | None:
    calls = (part for part in response.parts if isinstance(part, ToolCallPart))
    return next((call for call in calls if call.tool_call_id == answer.tool_call_id), None)
