"""Life of a run."""

from typing import assert_never

from mogplex_contracts.events.run import (
    Limits,
    RunEvent,
    RunLimitsChanged,
    RunModeChanged,
    RunStarted,
    RunStatusChanged,
    WorkspaceChanged,
)
from mogplex_contracts.reduce.agent_time import time_all
from mogplex_contracts.reduce.entries import add_entry, change_entry
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state.approval import Approvals
from mogplex_contracts.state.message import Live
from mogplex_contracts.state.run import RunState, Workspace
from mogplex_contracts.state.timeline import EntryStatus
from mogplex_contracts.state.usage import Usage
from mogplex_contracts.vocabulary import FINAL_AGENT_STATUSES, FINAL_RUN_STATUSES, AgentStatus, RunStatus

ENTRY_STATUS: dict[RunStatus, EntryStatus] = {
    "ready": "none",
    "running": "running",
    "paused": "waiting",
    "completed": "ok",
    "failed": "error",
    "killed": "interrupted",
}
AGENT_END: dict[RunStatus, AgentStatus] = {"completed": "completed", "failed": "failed", "killed": "killed"}


def reduce(state: RunState, event: RunEvent) -> RunState:
    """The run after one event of its life."""
    match event:
        case RunStarted():
            started = evolve(
                state,
                run_id=event.run_id,
                task=event.task,
                cwd=event.cwd,
                repo=event.repo,
                branch=event.branch,
                harness=event.harness,
                capabilities=event.capabilities,
                model=event.model,
                permission_mode=event.permission_mode,
                limits=event.limits,
                status="running",
                started_at=event.ts,
            )
            return add_entry(started, event, "run", event.task, label="run", note=event.harness)
        case RunStatusChanged():
            return _status(state, event)
        case RunModeChanged():
            return evolve(state, mode=event.mode)
        case WorkspaceChanged():
            workspace = Workspace(
                dirty=event.dirty, added=event.added, modified=event.modified, deleted=event.deleted
            )
            return evolve(state, branch=event.branch, workspace=workspace)
        case RunLimitsChanged():
            return _limits(state, event)
        case _:
            assert_never(event)


def _status(state: RunState, event: RunStatusChanged) -> RunState:
    ends = event.status in FINAL_RUN_STATUSES
    state = evolve(
        time_all(state, state.last_ts),
        status=event.status,
        status_reason=event.reason,
        status_message=event.message,
        ended_at=event.ts if ends else "",
    )
    if ends:
        state = _close(state, event)
    who = f"by {event.by.label}" if event.by and event.by.label else ""
    subject = " · ".join(part for part in (event.status, who, event.message or "") if part)
    return add_entry(
        state,
        event,
        "run",
        subject,
        label=event.status,
        status=ENTRY_STATUS[event.status],
        note=event.reason or "",
    )


def _limits(state: RunState, event: RunLimitsChanged) -> RunState:
    """Crossings of the limits before are over; what crosses the new ones is told anew."""
    usage: Usage = evolve(state.usage, thresholds={})
    state = evolve(state, limits=event.limits, usage=usage)
    who = f"by {event.by.label}" if event.by and event.by.label else ""
    subject = " · ".join(part for part in (_limit_words(event.limits), who) if part)
    return add_entry(state, event, "usage", subject, label="limits")


def _limit_words(limits: Limits) -> str:
    words = (
        f"cost ${limits.max_cost_usd:.2f}" if limits.max_cost_usd is not None else "",
        f"tokens {limits.max_tokens:,}" if limits.max_tokens is not None else "",
        f"steps {limits.max_steps:,}" if limits.max_steps is not None else "",
    )
    return "limits: " + (", ".join(word for word in words if word) or "none")


def _close(state: RunState, event: RunStatusChanged) -> RunState:
    """Nothing works, waits or runs in a run that has ended, even if its end came without warning."""
    for call in state.calls.values():
        state = change_entry(state, call.entry, status="interrupted", note="interrupted")
    for pending in state.approvals.pending.values():
        state = change_entry(state, pending.entry, status="interrupted", note="run ended")
    agents = {
        agent_id: agent
        if agent.status in FINAL_AGENT_STATUSES
        else evolve(agent, status=AGENT_END[event.status], action="", ended_at=event.ts)
        for agent_id, agent in state.agents.items()
    }
    approvals: Approvals = evolve(state.approvals, pending={})
    return evolve(state, agents=agents, calls={}, approvals=approvals, mode="idle", live=Live())
