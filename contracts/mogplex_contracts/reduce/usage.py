"""Tokens, money and limits."""

from typing import assert_never

from mogplex_contracts.events.usage import UsageEvent, UsageReported, UsageThresholdCrossed
from mogplex_contracts.limits import WORDS, figure
from mogplex_contracts.reduce.entries import add_entry
from mogplex_contracts.reduce.evolve import evolve, put
from mogplex_contracts.state.run import RunState
from mogplex_contracts.state.usage import RECENT_REPORTS, AgentUsage, Usage


def reduce(state: RunState, event: UsageEvent) -> RunState:
    """The run after usage was reported or a limit crossed."""
    usage = state.usage
    match event:
        case UsageReported():
            agent = _added(usage.agents.get(event.agent_id, AgentUsage()), event)
            agent = evolve(agent, context_used=event.context_used, context_window=event.context_window)
            grown: Usage = evolve(
                usage,
                total=_added(usage.total, event),
                agents=put(usage.agents, event.agent_id, agent),
                reports=usage.reports + 1,
                recent=(*usage.recent, event.input_tokens + event.output_tokens)[-RECENT_REPORTS:],
            )
            return evolve(state, usage=grown)
        case UsageThresholdCrossed():
            crossed: Usage = evolve(usage, thresholds=put(usage.thresholds, event.kind, event))
            subject = (
                f"{WORDS[event.kind]} {figure(event.kind, event.value)} of {figure(event.kind, event.limit)}"
            )
            return add_entry(
                evolve(state, usage=crossed),
                event,
                "usage",
                subject,
                label="limit",
                status="none" if event.severity == "soft" else "error",
                note=event.severity,
            )
        case _:
            assert_never(event)


def _added(usage: AgentUsage, event: UsageReported) -> AgentUsage:
    cost = usage.cost_usd
    if event.cost_usd is not None:
        cost = (cost or 0.0) + event.cost_usd
    return evolve(
        usage,
        input_tokens=usage.input_tokens + event.input_tokens,
        output_tokens=usage.output_tokens + event.output_tokens,
        cache_read_tokens=usage.cache_read_tokens + event.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens + event.cache_write_tokens,
        reasoning_tokens=usage.reasoning_tokens + event.reasoning_tokens,
        cost_usd=cost,
        unpriced=usage.unpriced + (event.cost_usd is None),
    )
