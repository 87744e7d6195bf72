"""The loop itself: one agent works on a prompt until it is done and nobody has anything more to say to it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import anyio
from pydantic_ai import Agent, AgentRun, UsageLimits
from pydantic_ai.capabilities import SelectModel
from pydantic_ai.exceptions import ModelConnectionError, ModelContextWindowExceededError
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
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.ids import new_id
from mogplex_daemon.harness.base import HarnessContext, Tool
from mogplex_daemon.harness.loop.agent import AgentIdentity, Interrupts
from mogplex_daemon.harness.loop.driving import Driving
from mogplex_daemon.harness.loop.endings import CUT_SHORT, Endings
from mogplex_daemon.harness.loop.failures import MODEL_ERRORS, model_failure
from mogplex_daemon.harness.loop.kept_history import whole
from mogplex_daemon.harness.loop.renewed_key import renewed_key
from mogplex_daemon.harness.loop.retries import asked_to_wait, wait_before, what_passes
from mogplex_daemon.harness.loop.room import ContextRoom
from mogplex_daemon.harness.loop.toolset import MANY_RETRIES, RunToolset
from mogplex_daemon.harness.loop.translate import StreamTranslation
from mogplex_daemon.harness.loop.usage import usage_reported
from mogplex_daemon.harness.model_access import ChosenModel

INTERRUPTED_NOTE = (
    "[interrupted] A person stopped your last step. Do not repeat it unasked: take another course or sum up."
)
"""What an agent is told after an interrupt."""
OPEN_ANSWERS = 2
"""So many answers in a row that do not say that they ended are asked for again; the next one is taken as it is."""
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
    model: Model | Driving,
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

    `model` is one that never changes and is never called twice, or says how models are driven. Tool calls run
    one after another. `interrupts` stops its current step from outside. `reports_usage` is False for a model
    that only guesses what it uses. `remote_tools`: whether the agent is offered the tools of MCP servers, too.
    Raises HarnessFailed when the model fails.
    """
    loop = _AgentLoop(
        context,
        agent,
        model,
        instructions,
        tools,
        interrupts or Interrupts(),
        reports_usage=reports_usage,
        remote_tools=remote_tools,
    )
    return await loop.work(prompt, list(history or ()))


class _AgentLoop:
    def __init__(
        self,
        context: HarnessContext,
        agent: AgentIdentity,
        model: Model | Driving,
        instructions: str,
        tools: Sequence[Tool],
        interrupts: Interrupts,
        *,
        reports_usage: bool,
        remote_tools: bool,
    ) -> None:
        self._context = context
        self._agent = agent
        self._driving = model if isinstance(model, Driving) else None
        self._model = None if isinstance(model, Driving) else model
        self._kept = self._driving.kept if self._driving else None
        self._chosen: ChosenModel | None = None
        """Which model the last call was of; None for one that never changes."""
        self._toolset = RunToolset(context, agent.agent_id, tools, self._kept, remote=remote_tools)
        self._worker = Agent[object, str](
            capabilities=[SelectModel(lambda _: self._next_model())],
            instructions=instructions,
            toolsets=[self._toolset],
            retries={"tools": MANY_RETRIES, "output": OUTPUT_RETRIES},
        )
        self._interrupts = interrupts
        self._reports_usage = reports_usage
        self._room = ContextRoom(context, agent, self._driving.compact_at if self._driving else 1.0)
        self._endings = Endings(min(OPEN_ANSWERS, self._driving.retries) if self._driving else 0)
        self._failures = 0
        """How often the call that is made now has failed."""
        self._waited = 0.0
        """Seconds it was waited for, without those the provider asked for."""
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
                await self._keep(self._history)
                next_prompt = self._next_turn()
                continue
            await self._tell_unfinished()
            # Stopped before the prompt was taken up: then it is still to be said.
            next_prompt = INTERRUPTED_NOTE if len(self._history) > known else next_prompt
        return AgentOutcome(text, tuple(self._history), self._usage)

    def _next_turn(self) -> str | None:
        if self._driving is not None and not self._driving.follow_ups:
            return None
        return self._context.next_turn(self._agent.agent_id)

    async def _turn(self, prompt: str) -> str:
        """One prompt until the model is done; its last words. The history is kept however it ends."""
        self._failures, self._waited = 0, 0.0
        next_prompt: str | None = prompt
        while True:
            known = len(self._history)
            try:
                text = await self._go_on(next_prompt)
                if text is not None:
                    return text
                self._history = await self._with_room() or self._history
                next_prompt = None
            except MODEL_ERRORS as error:
                await self._tell_unfinished()
                # The answer that broke off is asked for again, as if it had never begun.
                self._history = whole(self._history)
                if len(self._history) > known:
                    next_prompt = None
                await self._recover(error)

    async def _go_on(self, prompt: str | None) -> str | None:
        """From the history and the prompt to the model's last words; None when the context is full before."""
        run: AgentRun[object, str] | None = None
        waiting: list[ModelMessage] = []
        try:
            async with self._worker.iter(
                prompt,
                message_history=self._history,
                usage=self._usage,
                usage_limits=UsageLimits(request_limit=None),
            ) as run:
                waiting = await self._drive(run)
        finally:
            # pydantic-ai completes the history while its context ends: only now it is whole.
            if run is not None:
                self._history = [*run.all_messages(), *waiting]
        return run.result.output if run is not None and run.result else None

    async def _drive(self, run: AgentRun[object, str]) -> list[ModelMessage]:
        """Every step, until the end; or the request that is not sent because the context is full."""
        node = run.next_node
        while not isinstance(node, End):
            if Agent.is_model_request_node(node):
                if self._room.full:
                    return [node.request]
                await self._keep([*run.all_messages(), node.request])
                await self._before_request(run)
                self._stream = StreamTranslation(self._agent.agent_id, lambda: new_id("msg"))
                async with node.stream(run.ctx) as events:
                    async for event in events:
                        await self._tell(self._stream.feed(event))
                await self._tell(self._stream.close())
                self._stream = None
                self._failures, self._waited = 0, 0.0
            elif Agent.is_call_tools_node(node):
                await self._tell_usage(node.model_response)
                await self._see_how_it_ended(node.model_response)
                await self._keep(run.all_messages())
                async with node.stream(run.ctx) as events:
                    async for event in events:
                        if isinstance(event, FunctionToolResultEvent):
                            call = _call_of(node.model_response, event.part)
                            await self._toolset.tell_refused(call, event.part)
            node = await run.next(node)
        return []

    def _next_model(self) -> Model:
        if self._driving is None:
            assert self._model is not None
            return self._model
        self._chosen = self._driving.choose()
        return self._driving.model_of(self._chosen)

    async def _before_request(self, run: AgentRun[object, str]) -> None:
        await self._context.safe_point()
        await self._context.emit(AgentStatusChanged(agent_id=self._agent.agent_id, status="thinking"))
        # Last, so that no interrupt comes between taking a message and sending it.
        while (message := self._context.next_message(self._agent.agent_id)) is not None:
            run.enqueue(message)

    async def _recover(self, error: Exception) -> None:
        """Do what lets the call be made again. Raises HarnessFailed when nothing does."""
        if isinstance(error, ModelContextWindowExceededError) and self._failures == 0:
            self._failures += 1
            shorter = await self._with_room()
            if shorter is not None:
                self._history = shorter
                return
        if self._failures == 0 and await renewed_key(error, self._chosen):
            self._failures += 1
            return
        self._failures += 1
        retries = self._driving.retries if self._driving else 0
        passing = what_passes(error)
        wait = wait_before(error, self._failures, random.random())
        if wait is not None and not asked_to_wait(error):
            self._waited += wait
        patience = self._driving.patience if self._driving else 0.0
        if passing is None or wait is None or self._failures > retries or self._waited > patience:
            raise model_failure(error, self._model_name(), self._agent, self._failures) from error
        again = f"{passing}; asking again in {wait:.1f} s"
        agent_id = self._agent.agent_id
        await self._context.emit(
            Diagnostic(
                code="model_retry",
                message=f"{self._model_name()}: {again} ({self._failures} of {retries})",
                agent_id=agent_id,
            )
        )
        await self._context.emit(AgentStatusChanged(agent_id=agent_id, status="blocked", action=again))
        await anyio.sleep(wait)

    async def _with_room(self) -> list[ModelMessage] | None:
        return await self._room.make(self._history, self._next_model(), self._chosen)

    def _model_name(self) -> str:
        return self._chosen.slug if self._chosen else self._agent.model

    async def _keep(self, history: Sequence[ModelMessage]) -> None:
        if self._kept is not None:
            await self._kept.keep(history)

    async def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            await self._context.emit(event)

    async def _tell_usage(self, response: ModelResponse) -> None:
        report = usage_reported(self._agent, response, self._chosen) if self._reports_usage else None
        if report is not None:
            self._room.saw(report)
            await self._context.emit(report)

    async def _see_how_it_ended(self, response: ModelResponse) -> None:
        """Tell what is missing of an answer. Raises ModelConnectionError for one that broke off."""
        if self._endings.broke_off(response):
            # As one of which pydantic-ai itself has seen that it broke off.
            response.state = "interrupted"
            raise ModelConnectionError(self._model_name(), "the stream ended before the answer did")
        # Of one that holds nothing at all the end of the run tells more.
        said = CUT_SHORT.get(response.finish_reason or "", "") if response.parts else ""
        if self._driving is not None and self._endings.never_told:
            said = "its server does not say when an answer ends; one that breaks off is taken for whole"
        if said:
            told = f"{self._model_name()}: {said}"
            await self._context.emit(
                Diagnostic(code="model_cut_short", message=told, agent_id=self._agent.agent_id)
            )

    async def _tell_unfinished(self) -> None:
        """What was half said and half done when a step was stopped or failed."""
        if self._stream is not None:
            await self._tell(self._stream.close())
            self._stream = None
        await self._toolset.tell_interrupted()


def _call_of(response: ModelResponse, answer: ToolReturnPart) -> ToolCallPart | None:
    calls = (part for part in response.parts if isinstance(part, ToolCallPart))
    return next((call for call in calls if call.tool_call_id == answer.tool_call_id), None)
