"""Context, memory and cost: the right rail."""

from dataclasses import dataclass

from mogplex_cli.store.selectors.facts import agent_name
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.state import RunState
from mogplex_contracts.state.usage import AgentUsage
from mogplex_contracts.text import one_line


@dataclass(frozen=True, slots=True)
class ContextLine:
    """Something in the agents' context."""

    path: str
    tokens: int | None


@dataclass(frozen=True, slots=True)
class MemoryLine:
    """A memory entry the run touched."""

    key: str
    text: str
    written: bool


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one agent, or all together, have used."""

    name: str
    tokens: int
    cost_usd: float | None
    """None when no price is known."""
    unpriced: bool
    """Whether a part of it has no known price."""


@dataclass(frozen=True, slots=True)
class ContextProps:
    """The rail's values."""

    context: tuple[ContextLine, ...] = ()
    memory: tuple[MemoryLine, ...] = ()
    writes: int = 0
    costs: tuple[CostLine, ...] = ()
    total: CostLine | None = None
    not_reporting: int = 0
    """Agents that have told nothing of their usage."""
    limit: tuple[str, float] | None = None
    """What the tightest limit counts, and how much of it is used, 0 to 1 and beyond."""


def select_context(state: CockpitState) -> ContextProps:
    """The rail's values."""
    run = state.run
    return ContextProps(
        context=tuple(
            ContextLine(one_line(item.path, 120), item.tokens) for item in run.memory.context.values()
        ),
        memory=tuple(
            MemoryLine(one_line(entry.key, 60), one_line(entry.text, 120), entry.written)
            for entry in run.memory.entries.values()
        ),
        writes=run.memory.writes,
        costs=tuple(_cost(agent_name(run, key), usage) for key, usage in run.usage.agents.items()),
        total=_cost("total", run.usage.total) if run.usage.reports else None,
        not_reporting=len(run.agents.keys() - run.usage.agents.keys()) if run.usage.reports else 0,
        limit=_limit(run),
    )


def _cost(name: str, usage: AgentUsage) -> CostLine:
    return CostLine(name, usage.input_tokens + usage.output_tokens, usage.cost_usd, usage.unpriced > 0)


def _limit(run: RunState) -> tuple[str, float] | None:
    """The limit that is nearest."""
    limits, usage = run.limits, run.usage
    used: list[tuple[str, float]] = []
    if limits.max_cost_usd:
        used.append(("cost", (usage.total.cost_usd or 0.0) / limits.max_cost_usd))
    if limits.max_tokens:
        used.append(("tokens", (usage.total.input_tokens + usage.total.output_tokens) / limits.max_tokens))
    if limits.max_steps:
        used.append(("steps", usage.reports / limits.max_steps))
    return max(used, key=lambda each: each[1], default=None)
