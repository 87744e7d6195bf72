"""The parts of a run as plain JSON values, and which of them belong to which scope. Pure."""

from typing import Any

from mogplex_cli.export.record import Decided, Record
from mogplex_cli.export.request import ScopeName
from mogplex_contracts.events.memory import MemoryWritten
from mogplex_contracts.state import RunState
from mogplex_contracts.state.usage import AgentUsage

SECTIONS: dict[ScopeName, tuple[str, ...]] = {
    "full": ("agents", "approvals", "changes", "memory", "cost", "timeline"),
    "timeline": ("timeline",),
    "approvals": ("approvals",),
    "cost": ("cost",),
    "agents": ("agents",),
    "memory": ("memory",),
}
"""What a document of each scope has beside the facts of the run."""

EVENT_TYPES: dict[ScopeName, tuple[str, ...] | None] = {
    "full": None,
    "timeline": None,
    "approvals": ("approval_",),
    "cost": ("usage_", "model_"),
    "agents": ("agent_",),
    "memory": ("memory_", "context_"),
}
"""How the types of the events begin that a stream of each scope has; None for all of them."""

ALWAYS = ("run_",)
"""Events that are in every stream: without them nobody could tell whose it is."""


def in_scope(scope: ScopeName, event_type: str) -> bool:
    """Whether an event is in a stream of this scope."""
    wanted = EVENT_TYPES[scope]
    return wanted is None or event_type.startswith((*ALWAYS, *wanted))


def run_facts(run: RunState) -> dict[str, Any]:
    """Who, where, what and how it ended."""
    return {
        "run_id": run.run_id,
        "task": run.task,
        "repo": run.repo,
        "branch": run.branch,
        "cwd": run.cwd,
        "harness": run.harness,
        "model": run.model,
        "mode": run.mode,
        "permission_mode": run.permission_mode,
        "status": run.status,
        "status_reason": run.status_reason,
        "status_message": run.status_message,
        "started_at": run.started_at,
        "ended_at": run.ended_at or None,
        "last_seq": run.last_seq,
        "missing_events": run.missing,
    }


def agents(run: RunState) -> list[dict[str, Any]]:
    """Everyone, in order of appearance."""
    return [
        {
            "agent_id": agent.agent_id,
            "number": agent.number,
            "name": agent.name,
            "role": agent.role,
            "model": agent.model,
            "parent_id": agent.parent_id,
            "status": agent.status,
            "summary": agent.summary,
            "started_at": agent.started_at,
            "ended_at": agent.ended_at or None,
        }
        for agent in run.agents.values()
    ]


def approvals(record: Record) -> list[dict[str, Any]]:
    """Every item with its decision; `decision` is null while it waits, and when its run ended first."""
    return [_approval(approval_id, decided) for approval_id, decided in record.approvals.items()]


def _approval(approval_id: str, decided: Decided) -> dict[str, Any]:
    facts, asked, resolved = decided.facts, decided.asked, decided.resolved
    why = (resolved.why if resolved else None) or (asked.why if asked else None)
    return {
        "approval_id": approval_id,
        "action": facts.action,
        "target": facts.target,
        "tool": facts.tool,
        "risk": facts.risk,
        "agent_id": facts.agent_id,
        "asked_at": asked.ts if asked else None,
        "detail": asked.detail if asked else None,
        "why": why.model_dump(mode="json") if why else None,
        "decision": resolved.decision if resolved else None,
        "decided_at": resolved.ts if resolved else None,
        "decided_by": decided.by.model_dump(mode="json") if decided.by else None,
        "note": resolved.note if resolved else "",
    }


def changes(run: RunState) -> list[dict[str, Any]]:
    """The patches the state remembers, oldest first."""
    return [
        {
            "patch_id": patch.patch_id,
            "agent_id": patch.agent_id,
            "status": patch.status,
            "reason": patch.reason,
            "files": [file.model_dump(mode="json") for file in patch.files],
        }
        for patch in run.patches.values()
    ]


def memory(record: Record) -> list[dict[str, Any]]:
    """Every change of memory, oldest first; `text` is null where an entry was deleted."""
    return [
        {
            "key": change.key,
            "text": change.text if isinstance(change, MemoryWritten) else None,
            "agent_id": change.agent_id if isinstance(change, MemoryWritten) else None,
            "at": change.ts,
        }
        for change in record.memory
    ]


def cost(run: RunState) -> dict[str, Any]:
    """Tokens and money, of all and of each; `cost_usd` is null where no price is known."""
    silent = [agent_id for agent_id in run.agents if agent_id not in run.usage.agents]
    return {
        "total": _usage(run.usage.total),
        "agents": {agent_id: _usage(usage) for agent_id, usage in run.usage.agents.items()},
        "not_reporting": silent,
        "limits": run.limits.model_dump(mode="json"),
        "thresholds": [crossed.model_dump(mode="json") for crossed in run.usage.thresholds.values()],
    }


def _usage(usage: AgentUsage) -> dict[str, Any]:
    return usage.model_dump(mode="json", include=set(AgentUsage.model_fields))
