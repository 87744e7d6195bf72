"""What a run of Claude Code uses. It tells totals for each model since its process began; reports are what was added.

The totals hold its sub-agents too, so every token is reported once, for the agent whose call ended when it was asked.
"""

from dataclasses import dataclass

from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.agents.reading import Object, as_amount, as_count, as_object


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one model, since the process began."""

    fresh: int = 0
    """Input tokens that had nothing to do with the cache."""
    cache_read: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0
    cost_usd: float = 0.0


class Meter:
    """Turns totals into reports."""

    def __init__(self) -> None:
        self._last: dict[str, Totals] = {}
        self._context: dict[str, int] = {}
        """Tokens now in each agent's context."""
        self._windows: dict[str, int] = {}

    def context(self, agent_id: str, tokens: int) -> None:
        """An agent's context is this big now, in tokens."""
        if tokens:
            self._context[agent_id] = tokens

    def streamed(self, agent_id: str, usage: Object) -> None:
        """The usage of one model call of the main agent, as its stream ends."""
        names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
        self.context(agent_id, sum(as_count(usage.get(name)) for name in names))

    def restarted(self) -> None:
        """A new process counts from 0."""
        self._last = {}

    def reports(self, agent_id: str, by_model: Object) -> list[UsageReported]:
        """What was added since the totals before, one report for each model with something new."""
        found: list[UsageReported] = []
        for model, told in by_model.items():
            now, before = _totals(as_object(told)), self._last.get(model, Totals())
            if now.output < before.output or now.cost_usd < before.cost_usd:
                # It was told to forget everything, and counts from 0 again.
                before = Totals()
            self._last[model] = now
            self._windows[agent_id] = as_count(as_object(told).get("contextWindow")) or self._windows.get(
                agent_id, 0
            )
            if now != before:
                found.append(self._report(agent_id, model, before, now))
        return found

    def _report(self, agent_id: str, model: str, before: Totals, now: Totals) -> UsageReported:
        read, written = now.cache_read - before.cache_read, now.cache_write - before.cache_write
        cost = now.cost_usd - before.cost_usd
        return UsageReported(
            agent_id=agent_id,
            model=model,
            input_tokens=max(0, now.fresh - before.fresh) + max(0, read) + max(0, written),
            output_tokens=max(0, now.output - before.output),
            cache_read_tokens=max(0, read),
            cache_write_tokens=max(0, written),
            reasoning_tokens=max(0, now.reasoning - before.reasoning),
            # A call that costs nothing has a price that Claude Code does not know.
            cost_usd=round(cost, 9) if cost > 0 else None,
            context_used=self._context.get(agent_id),
            context_window=self._windows.get(agent_id) or None,
        )


def _totals(told: Object) -> Totals:
    return Totals(
        fresh=as_count(told.get("inputTokens")),
        cache_read=as_count(told.get("cacheReadInputTokens")),
        cache_write=as_count(told.get("cacheCreationInputTokens")),
        output=as_count(told.get("outputTokens")),
        reasoning=as_count(told.get("thinkingTokens")),
        cost_usd=as_amount(told.get("costUSD")),
    )
