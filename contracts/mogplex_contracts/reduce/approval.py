"""Approvals."""

from typing import assert_never

from mogplex_contracts.events.approval import (
    ApprovalEvent,
    ApprovalRequested,
    ApprovalResolved,
    RememberedRule,
    RuleRevoked,
)
from mogplex_contracts.reduce.agent import change_agent
from mogplex_contracts.reduce.entries import add_entry, change_entry
from mogplex_contracts.reduce.evolve import evolve, put, without
from mogplex_contracts.state.approval import (
    RESOLVED_KEPT,
    RULES_KEPT,
    Approvals,
    PendingApproval,
    ResolvedApproval,
)
from mogplex_contracts.state.run import RunState
from mogplex_contracts.state.timeline import EntryStatus
from mogplex_contracts.vocabulary import Decision

ENTRY_STATUS: dict[Decision, EntryStatus] = {
    "approved": "ok",
    "auto_approved": "ok",
    "rejected": "denied",
    "auto_rejected": "denied",
    "expired": "expired",
}


def reduce(state: RunState, event: ApprovalEvent) -> RunState:
    """The run after something was asked or decided."""
    match event:
        case ApprovalRequested():
            pending = PendingApproval(request=event, entry=state.timeline.count)
            approvals: Approvals = evolve(
                state.approvals, pending=put(state.approvals.pending, event.approval_id, pending)
            )
            state = evolve(state, approvals=approvals)
            state = change_agent(
                state, event.agent_id, status="waiting_for_approval", action=f"{event.tool} {event.target}"
            )
            return add_entry(
                state,
                event,
                "approval",
                event.target,
                agent_id=event.agent_id,
                status="waiting",
                label=event.action,
                note="waits",
                detail=event.why.explanation if event.why else "",
                risk=event.risk,
                ref=event.approval_id,
            )
        case ApprovalResolved():
            return _resolved(state, event)
        case RuleRevoked():
            return _revoked(state, event)
        case _:
            assert_never(event)


def _resolved(state: RunState, event: ApprovalResolved) -> RunState:
    pending = state.approvals.pending.get(event.approval_id)
    resolved = ResolvedApproval(
        approval_id=event.approval_id,
        decision=event.decision,
        action=event.action,
        target=event.target,
        risk=event.risk,
        agent_id=event.agent_id,
        at=event.ts,
        by=event.by,
        why=event.why,
        descriptors=pending.request.descriptors if pending else (),
    )
    counts = put(state.approvals.counts, event.decision, state.approvals.counts.get(event.decision, 0) + 1)
    approvals: Approvals = evolve(
        state.approvals,
        pending=without(state.approvals.pending, event.approval_id),
        resolved=(*state.approvals.resolved, resolved)[-RESOLVED_KEPT:],
        counts=counts,
        rules=_made(state.approvals.rules, event.remembered),
    )
    state = evolve(state, approvals=approvals)
    told = _told(event)
    if pending is not None:
        state = _goes_on(state, event.agent_id)
        return change_entry(
            state, pending.entry, status=ENTRY_STATUS[event.decision], note=_decided(event), detail=told
        )
    if event.decision == "auto_approved":
        call = state.calls.get(event.call_id or "")
        return change_entry(state, call.entry if call else None, detail=told)
    return add_entry(
        state,
        event,
        "approval",
        event.target,
        agent_id=event.agent_id,
        status=ENTRY_STATUS[event.decision],
        label=event.action,
        note=_decided(event),
        detail=told,
        risk=event.risk,
        ref=event.approval_id,
    )


def _made(rules: tuple[RememberedRule, ...], rule: RememberedRule | None) -> tuple[RememberedRule, ...]:
    return rules if rule is None else (*rules, rule)[-RULES_KEPT:]


def _revoked(state: RunState, event: RuleRevoked) -> RunState:
    """The rule is gone, and with it that pattern of those that allowed more."""
    approvals: Approvals = evolve(
        state.approvals,
        rules=tuple(
            left
            for rule in state.approvals.rules
            if (left := _without(rule, event) if rule.source == event.source else rule) is not None
        ),
    )
    who = f"by {event.by.label or event.by.client_id}" if event.by else ""
    return add_entry(
        evolve(state, approvals=approvals),
        event,
        "diagnostic",
        f"{event.pattern} is no longer allowed",
        label="rule_revoked",
        detail=" · ".join(part for part in (event.source, event.origin, who) if part),
    )


def _without(rule: RememberedRule, event: RuleRevoked) -> RememberedRule | None:
    kept = tuple(pattern for pattern in rule.patterns if pattern != event.pattern)
    if not kept:
        return None
    return rule if kept == rule.patterns else evolve(rule, pattern=kept[0], more_patterns=kept[1:])


def _goes_on(state: RunState, agent_id: str) -> RunState:
    """An agent works again when nothing it asked waits any more. One that has ended stays ended."""
    agent = state.agents.get(agent_id)
    waits = any(pending.request.agent_id == agent_id for pending in state.approvals.pending.values())
    if waits or agent is None or agent.status != "waiting_for_approval":
        return state
    return change_agent(state, agent_id, status="calling_tool")


def _decided(event: ApprovalResolved) -> str:
    return event.decision.replace("_", " ")


def _told(event: ApprovalResolved) -> str:
    """Who or what decided, in a line: the answer to "did I really approve this?"."""
    who = ""
    if event.by is not None:
        who = f"by {event.by.label or event.by.client_id}"
    elif event.why is not None:
        who = event.why.explanation
    parts = [_decided(event), who, event.note]
    if event.kept_hunks is not None:
        parts.append(f"{len(event.kept_hunks)} of {event.hunks} hunks")
    if event.remembered is not None:
        patterns = ", ".join(event.remembered.patterns)
        parts.append(f"remembered as {patterns} ({event.remembered.source})")
    return " · ".join(part for part in parts if part)
