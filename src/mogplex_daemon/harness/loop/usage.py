"""What a model said it used, as an event. Nothing is estimated."""

from pydantic_ai.messages import ModelResponse

from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.loop.agent import AgentIdentity


def usage_reported(agent: AgentIdentity, response: ModelResponse) -> UsageReported | None:
    """The usage of one response; None when the provider told nothing."""
    used = response.usage
    if not used.has_values() or used.unmeasured_requests:
        return None
    return UsageReported(
        agent_id=agent.agent_id,
        model=response.model_name or agent.model,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        cache_read_tokens=used.cache_read_tokens,
        cache_write_tokens=used.cache_write_tokens,
        reasoning_tokens=used.output_reasoning_tokens,
        cost_usd=_cost(response),
        context_used=used.input_tokens + used.output_tokens,
    )


def _cost(response: ModelResponse) -> float | None:
    """US dollars; None where the price of this model at this provider is not known."""
    try:
        return float(response.cost().total_price)
    except (LookupError, ValueError, AssertionError):
        return None
