"""Tokens, money and the limits on them. Only what was told: nothing is estimated."""

from typing import Literal

from mogplex_contracts.envelope import EventBase
from mogplex_contracts.vocabulary import LimitKind, Severity


class UsageReported(EventBase):
    """What an agent has used since its last report."""

    type: Literal["usage_reported"] = "usage_reported"
    agent_id: str
    """Whose usage."""
    model: str | None = None
    """The model that was used."""
    input_tokens: int = 0
    """Tokens read, cached ones included."""
    output_tokens: int = 0
    """Tokens written, reasoning included."""
    cache_read_tokens: int = 0
    """Part of the input that came from the cache."""
    cache_write_tokens: int = 0
    """Part of the input that was put into the cache."""
    reasoning_tokens: int = 0
    """Part of the output that was reasoning."""
    cost_usd: float | None = None
    """What it cost in US dollars; null when the price is unknown, which is not 0."""
    context_used: int | None = None
    """Tokens now in the agent's context; null when unknown."""
    context_window: int | None = None
    """Tokens that fit; null when unknown."""


class UsageThresholdCrossed(EventBase):
    """Usage passed a configured line."""

    type: Literal["usage_threshold_crossed"] = "usage_threshold_crossed"
    kind: LimitKind
    """What is counted."""
    value: float
    """Where it stands."""
    limit: float
    """Where the limit is."""
    severity: Severity
    """soft: a warning. hard: the ceiling. limit: the run cannot go further."""


UsageEvent = UsageReported | UsageThresholdCrossed
