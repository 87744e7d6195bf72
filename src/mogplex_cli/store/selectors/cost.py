"""What the run has used, by agent, against its limits. Only what was told; the one projection is named so."""

from dataclasses import dataclass

from mogplex_cli.store.selectors.facts import Stale, agent_name, model_name, run_is_active, staleness
from mogplex_cli.store.selectors.times import agent_times
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.limits import KINDS, WORDS, ceiling, figure, raised, spent
from mogplex_contracts.state import RunState
from mogplex_contracts.state.usage import AgentUsage
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import LimitKind, Severity

LEAST_REPORTS = 3
"""Fewer reports are no pace to project."""


@dataclass(frozen=True, slots=True)
class CostRow:
    """One agent, or all."""

    name: str
    model: str
    usage: AgentUsage | None
    """None when it has reported nothing."""
    worked_s: int
    waited_s: int


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One ceiling."""

    kind: LimitKind
    what: str
    used: str
    limit: str
    share: float
    """Of the ceiling, 0 to 1 and beyond."""
    warn_at: float
    severity: Severity | None
    projection: str
    """When it would be reached at the pace so far; empty when nothing can be said."""


@dataclass(frozen=True, slots=True)
class CostProps:
    """The drawer's values."""

    rows: tuple[CostRow, ...] = ()
    total: CostRow | None = None
    not_reporting: int = 0
    """Agents that have told nothing of their usage."""
    limits: tuple[LimitRow, ...] = ()
    steps: int = 0
    """Model calls."""
    recent: tuple[int, ...] = ()
    """Tokens of the newest model calls that were reported, oldest first."""
    model: str = ""
    empty: str = ""
    raise_to: str = ""
    """What the nearest limit would be raised to; empty when there is none to raise."""
    raise_kind: LimitKind | None = None
    stale: Stale | None = None


def select_cost(state: CockpitState) -> CostProps:
    """The drawer's values."""
    run, usage = state.run, state.run.usage
    rows = tuple(
        CostRow(
            agent_name(run, agent_id),
            one_line(agent.model or "", 40),
            usage.agents.get(agent_id),
            *agent_times(state, agent),
        )
        for agent_id, agent in run.agents.items()
    )
    strangers = tuple(
        CostRow(agent_name(run, agent_id), "", used, 0, 0)
        for agent_id, used in usage.agents.items()
        if agent_id not in run.agents
    )
    rows = (*rows, *strangers)
    limits = tuple(row for row in (_limit(run, kind) for kind in KINDS) if row is not None)
    nearest = max(limits, key=lambda row: row.share, default=None)
    can_raise = nearest is not None and run_is_active(state) and not state.session.observe
    higher = ceiling(raised(run.limits, nearest.kind, usage), nearest.kind) if nearest else None
    return CostProps(
        rows=rows,
        total=CostRow(
            "all agents",
            "",
            usage.total if usage.reports else None,
            sum(row.worked_s for row in rows),
            sum(row.waited_s for row in rows),
        )
        if rows
        else None,
        not_reporting=sum(row.usage is None for row in rows),
        limits=limits,
        steps=usage.steps,
        recent=usage.recent,
        model=model_name(state) or "",
        empty="" if rows else "nothing used yet · /run <task> starts a run",
        raise_to=figure(nearest.kind, higher) if can_raise and nearest and higher else "",
        raise_kind=nearest.kind if can_raise and nearest else None,
        stale=staleness(state),
    )


def _limit(run: RunState, kind: LimitKind) -> LimitRow | None:
    limit = ceiling(run.limits, kind)
    if not limit:
        return None
    used = spent(run.usage, kind)
    crossed = run.usage.thresholds.get(kind)
    return LimitRow(
        kind=kind,
        what=WORDS[kind],
        used=figure(kind, used) if kind != "cost_usd" or run.usage.total.cost_usd is not None else "unknown",
        limit=figure(kind, limit),
        share=used / limit,
        warn_at=run.limits.warn_at,
        severity=crossed.severity if crossed else None,
        projection=_projection(run, kind, used, limit),
    )


def _projection(run: RunState, kind: LimitKind, used: float, limit: float) -> str:
    """How many more model calls fit at the average so far. It is arithmetic, not knowledge."""
    usage = run.usage
    if kind == "steps" or usage.reports < LEAST_REPORTS or used <= 0 or used >= limit:
        return ""
    if kind == "cost_usd" and usage.total.unpriced:
        return ""
    calls = int((limit - used) / (used / usage.reports))
    return f"about {calls:,} more model call{'s' if calls != 1 else ''} at the average so far"
