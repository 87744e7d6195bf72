"""What a model said it used, as an event. Nothing is estimated."""

from pydantic_ai.messages import ModelResponse

from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.loop.agent import AgentIdentity
from mogplex_daemon.harness.loop.prices import context_window, cost_usd
from mogplex_daemon.harness.model_access import ChosenModel


def usage_reported(
    agent: AgentIdentity, response: ModelResponse, chosen: ChosenModel | None
) -> UsageReported | None:
    """The usage of one response of the model `chosen`; None when the provider told nothing."""
    used = response.usage
    if not used.has_values() or used.unmeasured_requests:
        return None
    return UsageReported(
        agent_id=agent.agent_id,
        model=chosen.slug if chosen else response.model_name or agent.model,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        cache_read_tokens=used.cache_read_tokens,
        cache_write_tokens=used.cache_write_tokens,
        reasoning_tokens=used.output_reasoning_tokens,
        cost_usd=cost_usd(used, chosen) if chosen else None,
        context_used=used.input_tokens + used.output_tokens,
        context_window=context_window(chosen) if chosen else None,
    )
