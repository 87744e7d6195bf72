"""What a turn used, as agents count it in their different ways. Pure."""

from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.agents.reading import Object, as_amount, as_count, as_object, as_objects, as_text


class Meter:
    """Of one agent, across its turns."""

    def __init__(self) -> None:
        self._cost = 0.0
        self._counted_cost = 0.0
        self._context_used: int | None = None
        self._context_window: int | None = None

    def context(self, update: Object) -> None:
        """A `usage_update`: how full the context is, and what the session cost so far."""
        self._context_used = as_count(update.get("used")) or self._context_used
        self._context_window = as_count(update.get("size")) or self._context_window
        cost = as_object(update.get("cost"))
        if as_text(cost.get("currency")) in ("", "USD"):
            self._cost = max(self._cost, as_amount(cost.get("amount")))

    def turn(self, result: Object, agent_id: str, model: str | None) -> list[UsageReported]:
        """The reports of a turn, given the result of its prompt."""
        told = [_standard(as_object(result.get("usage")), agent_id, model)]
        quota = as_object(as_object(result.get("_meta")).get("quota"))
        if quota:
            told = _quota(quota, agent_id, model)
        spent = self._cost - self._counted_cost
        self._counted_cost = self._cost
        reports = [each for each in told if each.input_tokens or each.output_tokens]
        if not reports and not spent:
            return []
        *first, last = reports or [UsageReported(agent_id=agent_id, model=model)]
        return [
            *first,
            last.model_copy(
                update={
                    # A price of nothing is a price nobody knows.
                    "cost_usd": spent or None,
                    "context_used": self._context_used,
                    "context_window": self._context_window,
                }
            ),
        ]


def has_counted_nothing(result: Object) -> bool:
    """Whether a turn counts its tokens and has none."""
    quota = as_object(as_object(result.get("_meta")).get("quota"))
    return "token_count" in quota and not as_count(as_object(quota["token_count"]).get("input_tokens"))


def _standard(usage: Object, agent_id: str, model: str | None) -> UsageReported:
    """Some agents count cached input and thoughts among the rest, some beside it: the total tells."""
    read, written = as_count(usage.get("inputTokens")), as_count(usage.get("outputTokens"))
    thought = as_count(usage.get("thoughtTokens"))
    cached = as_count(usage.get("cachedReadTokens"))
    stored = as_count(usage.get("cachedWriteTokens"))
    total = as_count(usage.get("totalTokens"))
    ways = [(r, w) for r in (read, read + cached + stored) for w in (written, written + thought)]
    input_tokens, output_tokens = next((way for way in ways if sum(way) == total), ways[0])
    return UsageReported(
        agent_id=agent_id,
        model=model,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cache_read_tokens=cached,
        cache_write_tokens=stored,
        reasoning_tokens=thought,
    )


def _quota(quota: Object, agent_id: str, model: str | None) -> list[UsageReported]:
    """What Gemini CLI tells beside the protocol, by model where it does."""
    by_model = as_objects(quota.get("model_usage")) or [quota]
    return [
        UsageReported(
            agent_id=agent_id,
            model=as_text(each.get("model")) or model,
            input_tokens=as_count(as_object(each.get("token_count")).get("input_tokens")),
            output_tokens=as_count(as_object(each.get("token_count")).get("output_tokens")),
        )
        for each in by_model
    ]
