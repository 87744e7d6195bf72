"""Every agent of the run with everything known of it."""

from dataclasses import dataclass

from mogplex_cli.store.selectors.agents import AgentCard, cards
from mogplex_cli.store.selectors.facts import Stale, agent_name, run_is_active, seconds_since, staleness
from mogplex_cli.store.selectors.times import agent_times
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.state import RunState
from mogplex_contracts.state.agent import Agent
from mogplex_contracts.state.timeline import EntryStatus, TimelineEntry
from mogplex_contracts.text import one_line, visible
from mogplex_contracts.vocabulary import FINAL_AGENT_STATUSES, Risk

RECENT = 20
"""How many of its newest timeline entries an agent is shown with."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A step of a plan."""

    text: str
    status: str
    """pending, in_progress or done."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """A tool call in flight."""

    tool: str
    target: str
    seconds: int


@dataclass(frozen=True, slots=True)
class AsksLine:
    """What it waits for a person to decide."""

    risk: Risk
    tool: str
    target: str


@dataclass(frozen=True, slots=True)
class RecentLine:
    """Something it did."""

    index: int
    """In the timeline."""
    ts: str
    what: str
    note: str
    status: EntryStatus


@dataclass(frozen=True, slots=True)
class AgentDetail:
    """One agent."""

    card: AgentCard
    parent: str
    """Who spawned it; empty for one the harness started."""
    children: tuple[str, ...]
    plan: tuple[PlanLine, ...]
    calls: tuple[CallLine, ...]
    asks: tuple[AsksLine, ...]
    recent: tuple[RecentLine, ...]
    """Newest first."""
    summary: str
    """What came of it."""
    tokens: int | None
    """None when it has reported none."""
    cost_usd: float | None
    unpriced: bool
    context_used: int | None
    context_window: int | None
    worked_s: int
    waited_s: int
    can_interrupt: bool
    """Whether it does something that could be stopped."""


@dataclass(frozen=True, slots=True)
class AgentDetailProps:
    """The drawer's values."""

    agents: tuple[AgentDetail, ...] = ()
    first: str = ""
    """Id of the agent to begin with; empty for the first that works."""
    empty: str = ""
    """What to say when there is none."""
    stale: Stale | None = None


def select_agent_detail(state: CockpitState) -> AgentDetailProps:
    """The drawer's values; the drawer's argument is the agent to begin with."""
    run, drawer = state.run, state.drawer
    recent = _recent(run)
    shown = {card.agent_id: card for card in cards(run)}
    details = tuple(
        _detail(state, agent, shown[agent_id], recent.get(agent_id, ()))
        for agent_id, agent in run.agents.items()
    )
    wanted = drawer.argument if drawer and drawer.name == "agent" else ""
    working = next((each.card.agent_id for each in details if each.card.working), "")
    return AgentDetailProps(
        details,
        first=wanted if wanted in run.agents else working,
        empty="" if details else _empty(state),
        stale=staleness(state),
    )


def _empty(state: CockpitState) -> str:
    if run_is_active(state):
        return "no agent has joined the run yet"
    return "no agents yet · /run <task> starts a run with some"


def _detail(
    state: CockpitState, agent: Agent, card: AgentCard, recent: tuple[RecentLine, ...]
) -> AgentDetail:
    run = state.run
    usage = run.usage.agents.get(agent.agent_id)
    worked, waited = agent_times(state, agent)
    return AgentDetail(
        card=card,
        parent=agent_name(run, agent.parent_id),
        children=tuple(
            agent_name(run, each.agent_id) for each in run.agents.values() if each.parent_id == agent.agent_id
        ),
        plan=tuple(PlanLine(one_line(step.text, 300), step.status) for step in agent.plan),
        calls=tuple(
            CallLine(
                one_line(call.tool, 60), one_line(call.target, 300), seconds_since(call.started_at, state.now)
            )
            for call in run.calls.values()
            if call.agent_id == agent.agent_id
        ),
        asks=tuple(
            AsksLine(
                pending.request.risk,
                one_line(pending.request.tool, 60),
                one_line(pending.request.target, 300),
            )
            for pending in run.approvals.pending.values()
            if pending.request.agent_id == agent.agent_id
        ),
        recent=recent,
        summary=visible(agent.summary),
        tokens=usage.input_tokens + usage.output_tokens if usage else None,
        cost_usd=usage.cost_usd if usage else None,
        unpriced=bool(usage and usage.unpriced),
        context_used=usage.context_used if usage else None,
        context_window=usage.context_window if usage else None,
        worked_s=worked,
        waited_s=waited,
        can_interrupt=run_is_active(state) and agent.status not in FINAL_AGENT_STATUSES,
    )


def _recent(run: RunState) -> dict[str, tuple[RecentLine, ...]]:
    """The newest entries of each agent, newest first."""
    found: dict[str, list[RecentLine]] = {agent_id: [] for agent_id in run.agents}
    for chunk in reversed(run.timeline.chunks):
        for entry in reversed(chunk):
            lines = found.get(entry.agent_id or "")
            if lines is not None and len(lines) < RECENT:
                lines.append(_recent_line(entry))
    return {agent_id: tuple(lines) for agent_id, lines in found.items()}


def _recent_line(entry: TimelineEntry) -> RecentLine:
    label = entry.label if entry.kind in ("tool", "approval") else entry.kind
    return RecentLine(
        entry.index,
        entry.ts,
        one_line(f"{label.replace('_', ' ')} {entry.subject}", 300),
        one_line(entry.note, 40),
        entry.status,
    )
