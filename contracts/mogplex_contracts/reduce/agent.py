"""Agents."""

from typing import assert_never

from mogplex_contracts.events.agent import (
    AgentEvent,
    AgentFinished,
    AgentPlanUpdated,
    AgentSpawned,
    AgentStatusChanged,
    PlanStep,
)
from mogplex_contracts.reduce.agent_time import timed
from mogplex_contracts.reduce.entries import add_entry, bounded, change_entry
from mogplex_contracts.reduce.evolve import evolve, put
from mogplex_contracts.state.agent import Agent
from mogplex_contracts.state.run import RunState
from mogplex_contracts.state.timeline import DETAIL_CHARACTERS, EntryStatus
from mogplex_contracts.state.usage import Usage
from mogplex_contracts.vocabulary import AgentStatus

MARKS = {"pending": "○", "in_progress": "◆", "done": "✓"}
ENTRY_STATUS: dict[AgentStatus, EntryStatus] = {
    "completed": "ok",
    "failed": "error",
    "killed": "interrupted",
}


def reduce(state: RunState, event: AgentEvent) -> RunState:
    """The run after something happened to an agent. Events of an agent nobody spawned change nothing."""
    match event:
        case AgentSpawned():
            agent = Agent(
                agent_id=event.agent_id,
                number=event.number,
                name=event.name,
                role=event.role,
                model=event.model,
                parent_id=event.parent_id,
                started_at=event.ts,
            )
            state = evolve(state, agents=put(state.agents, event.agent_id, agent))
            return add_entry(
                state, event, "agent", f"{event.role} joins", agent_id=event.agent_id, note=event.model or ""
            )
        case AgentStatusChanged():
            state = _turned(state, event)
            return change_agent(state, event.agent_id, status=event.status, action=event.action)
        case AgentPlanUpdated():
            return _plan(state, event)
        case AgentFinished():
            state = change_agent(
                state,
                event.agent_id,
                status=event.status,
                action="",
                summary=event.summary,
                ended_at=event.ts,
            )
            subject = event.summary or event.status
            return add_entry(
                state,
                event,
                "agent",
                subject,
                agent_id=event.agent_id,
                status=ENTRY_STATUS[event.status],
                note=event.status,
                detail=event.summary,
            )
        case _:
            assert_never(event)


def change_agent(state: RunState, agent_id: str, **changes: object) -> RunState:
    """The state with fields of one agent changed; itself when there is no such agent."""
    agent = state.agents.get(agent_id)
    if agent is None:
        return state
    if "status" in changes:
        agent = timed(agent, state.last_ts, paused=state.status == "paused")
    return evolve(state, agents=put(state.agents, agent_id, evolve(agent, **changes)))


def _turned(state: RunState, event: AgentStatusChanged) -> RunState:
    """An agent that begins to think turns to its model."""
    if event.status != "thinking":
        return state
    usage: Usage = evolve(state.usage, turns=state.usage.turns + 1)
    return evolve(state, usage=usage)


def _plan(state: RunState, event: AgentPlanUpdated) -> RunState:
    agent = state.agents.get(event.agent_id)
    if agent is None:
        return state
    done = sum(step.status == "done" for step in event.steps)
    subject = f"plan · {len(event.steps)} steps" + (f", {done} done" if done else "")
    detail = bounded("\n".join(_step(step) for step in event.steps), DETAIL_CHARACTERS)
    if agent.plan_entry is not None and state.timeline.get(agent.plan_entry):
        state = change_entry(state, agent.plan_entry, subject=subject, detail=detail)
        return change_agent(state, event.agent_id, plan=event.steps)
    state = change_agent(state, event.agent_id, plan=event.steps, plan_entry=state.timeline.count)
    return add_entry(state, event, "plan", subject, agent_id=event.agent_id, detail=detail)


def _step(step: PlanStep) -> str:
    return f"{MARKS[step.status]} {step.text}"
