"""The right rail: budget, cost, model, context, memory."""

from typing import NamedTuple

from mogplex_cli.store.selectors.facts import agent_name, harness_label, model_name
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.limits import KINDS, WORDS, ceiling, figure, spent
from mogplex_contracts.state import RunState
from mogplex_contracts.state.usage import AgentUsage
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import LimitKind


class BudgetLine(NamedTuple):
    """A ceiling of the run."""

    what: str
    used: str
    limit: str
    share: float
    """Of the ceiling, 0 to 1 and beyond."""
    warn_at: float


class WindowLine(NamedTuple):
    """How full the context of one agent is."""

    name: str
    used: int
    window: int | None
    """None when unknown."""


class ContextLine(NamedTuple):
    """Something in the agents' context."""

    path: str
    tokens: int | None


class MemoryLine(NamedTuple):
    """A memory entry the run touched."""

    key: str
    text: str
    written: bool


class CostLine(NamedTuple):
    """What one agent, or all together, have used."""

    name: str
    tokens: int
    cost_usd: float | None
    """None when no price is known."""
    unpriced: bool
    """Whether a part of it has no known price."""


class ContextProps(NamedTuple):
    """The rail's values."""

    budget: tuple[BudgetLine, ...] = ()
    costs: tuple[CostLine, ...] = ()
    total: CostLine | None = None
    not_reporting: int = 0
    """Agents that have told nothing of their usage."""
    model: str | None = None
    harness: str = ""
    """The label of a harness that must be named; empty otherwise."""
    windows: tuple[WindowLine, ...] = ()
    context: tuple[ContextLine, ...] = ()
    memory: tuple[MemoryLine, ...] = ()
    writes: int = 0


def select_context(state: CockpitState) -> ContextProps:
    """The rail's values."""
    run = state.run
    return ContextProps(
        budget=tuple(line for line in (_budget(run, kind) for kind in KINDS) if line is not None),
        costs=tuple(_cost(agent_name(run, key), usage) for key, usage in run.usage.agents.items()),
        total=_cost("total", run.usage.total) if run.usage.reports else None,
        not_reporting=len(run.agents.keys() - run.usage.agents.keys()) if run.usage.reports else 0,
        model=model_name(state),
        harness=harness_label(state),
        windows=tuple(
            WindowLine(agent_name(run, key), usage.context_used, usage.context_window)
            for key, usage in run.usage.agents.items()
            if usage.context_used is not None
        ),
        context=tuple(
            ContextLine(one_line(item.path, 120), item.tokens) for item in run.memory.context.values()
        ),
        memory=tuple(
            MemoryLine(one_line(entry.key, 60), one_line(entry.text, 120), entry.written)
            for entry in run.memory.entries.values()
        ),
        writes=run.memory.writes,
    )


def _cost(name: str, usage: AgentUsage) -> CostLine:
    return CostLine(name, usage.input_tokens + usage.output_tokens, usage.cost_usd, usage.unpriced > 0)


def _budget(run: RunState, kind: LimitKind) -> BudgetLine | None:
    limit = ceiling(run.limits, kind)
    if not limit:
        return None
    used = spent(run.usage, kind)
    known = kind != "cost_usd" or run.usage.total.cost_usd is not None or not run.usage.reports
    return BudgetLine(
        WORDS[kind],
        figure(kind, used) if known else "unknown",
        figure(kind, limit),
        used / limit,
        run.limits.warn_at,
    )
