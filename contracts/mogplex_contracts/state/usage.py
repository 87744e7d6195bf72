"""Tokens and money, added up as told."""

from mogplex_contracts.base import Wire
from mogplex_contracts.events.usage import UsageThresholdCrossed

RECENT_REPORTS = 60
"""How many reports the state remembers one by one."""


class AgentUsage(Wire):
    """What one agent has used."""

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
    """Sum of the known costs; null when none is known."""
    unpriced: int = 0
    """How many reports came without a price."""
    context_used: int | None = None
    """Tokens now in its context; null when unknown."""
    context_window: int | None = None
    """Tokens that fit; null when unknown."""


class Usage(Wire):
    """The run's usage."""

    total: AgentUsage = AgentUsage.blank()
    """All agents together."""
    agents: dict[str, AgentUsage] = {}
    """By agent id."""
    reports: int = 0
    """Model calls told of."""
    turns: int = 0
    """How often an agent was told to have begun to think: its model calls, also of those that report none."""
    recent: tuple[int, ...] = ()
    """Tokens of the newest reports, oldest first."""
    thresholds: dict[str, UsageThresholdCrossed] = {}
    """The last crossing of each kind."""

    @property
    def steps(self) -> int:
        """Model calls so far, as far as either way of telling them goes."""
        return max(self.turns, self.reports)

    @property
    def tokens(self) -> int:
        """Input and output tokens together, of all agents."""
        return self.total.input_tokens + self.total.output_tokens
