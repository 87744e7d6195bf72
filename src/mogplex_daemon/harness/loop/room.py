"""Keeps an agent's context from running over: when it is nearly full, its model sums up what was said first."""

from collections.abc import Sequence

from pydantic_ai import Agent, UsageLimits
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model

from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.base import HarnessContext
from mogplex_daemon.harness.loop.agent import AgentIdentity
from mogplex_daemon.harness.loop.compaction import (
    CHARACTERS_A_TOKEN,
    SUMMARY_INSTRUCTIONS,
    compacted,
    fallback,
    shortened,
    split,
    tokens,
    transcript,
)
from mogplex_daemon.harness.loop.failures import MODEL_ERRORS
from mogplex_daemon.harness.loop.usage import usage_reported
from mogplex_daemon.harness.model_access import ChosenModel

UNKNOWN_WINDOW_CHARACTERS = 200_000
"""How much is given to sum up where nobody knows how much the model takes."""


class ContextRoom:
    """Of one agent."""

    def __init__(self, context: HarnessContext, agent: AgentIdentity, compact_at: float) -> None:
        self._context = context
        self._agent = agent
        self._compact_at = compact_at
        self._used = 0
        self._window: int | None = None

    @property
    def full(self) -> bool:
        """Whether room is to be made before the next call, as far as the model told."""
        return self._window is not None and self._used >= self._compact_at * self._window

    def saw(self, report: UsageReported) -> None:
        """Remember how full the context was at the last call."""
        self._used, self._window = report.context_used or 0, report.context_window

    async def make(
        self, history: Sequence[ModelMessage], model: Model, chosen: ChosenModel | None
    ) -> list[ModelMessage] | None:
        """A shorter history; None when nothing in it can be summed up. It is told as an event."""
        share = f"{self._used / self._window:.0%} full" if self.full and self._window else "full"
        # Whatever comes of it, it is tried again only after the next answer.
        self._used = 0
        old, recent = split(history)
        if not old:
            await self._tell("context_full", f"the context is {share}, and nothing in it can be summed up")
            return None
        how, summary = await self._sum_up(old, model, chosen)
        shorter = compacted(summary, recent)
        await self._tell(
            "context_compacted",
            f"the context was {share}: the first {len(old)} of {len(history)} messages {how}, "
            f"about {tokens(history):,} → {tokens(shorter):,} tokens",
        )
        return shorter

    async def _sum_up(
        self, old: Sequence[ModelMessage], model: Model, chosen: ChosenModel | None
    ) -> tuple[str, str]:
        """What was done with the messages, and what is left of them."""
        limit = self._window * CHARACTERS_A_TOKEN // 2 if self._window else UNKNOWN_WINDOW_CHARACTERS
        try:
            response = await _asked(model, shortened(transcript(old), limit))
        except MODEL_ERRORS:
            return "could not be summed up and were shortened", fallback(old)
        report = usage_reported(self._agent, response, chosen)
        if report is not None:
            await self._context.emit(report.model_copy(update={"context_used": None}))
        return "were summed up", response.text or fallback(old)

    async def _tell(self, code: str, message: str) -> None:
        await self._context.emit(Diagnostic(code=code, message=message, agent_id=self._agent.agent_id))


async def _asked(model: Model, text: str) -> ModelResponse:
    worker = Agent(model, instructions=SUMMARY_INSTRUCTIONS)
    async with worker.iter(text, usage_limits=UsageLimits(request_limit=None)) as run:
        async for node in run:
            if Agent.is_model_request_node(node):
                async with node.stream(run.ctx) as events:
                    async for _ in events:
                        pass
        messages = run.all_messages()
    return next(message for message in reversed(messages) if isinstance(message, ModelResponse))
