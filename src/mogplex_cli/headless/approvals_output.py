"""What `mogplex approvals` prints, for people and for programs. Pure; nothing an agent wrote moves the cursor."""

from collections.abc import Sequence
from typing import Any

from mogplex_cli.store.selectors.facts import harness_name, seconds_since
from mogplex_cli.store.selectors.waiting import Waiting
from mogplex_contracts.events.link import CommandRejected
from mogplex_contracts.state.approval import ResolvedApproval
from mogplex_contracts.text import one_line, visible
from mogplex_contracts.vocabulary import Risk

LATE = "already_decided"
"""What a host says of a decision that comes behind another one."""

RISK: dict[Risk, str] = {"high": "▲ HIGH  ", "medium": "◆ medium", "low": "○ low   "}


def waiting_lines(waiting: Waiting, now: float, *, details: bool) -> list[str]:
    """One decision that waits; its target is always whole. `now`: seconds since 1970."""
    run, request = waiting.run, waiting.request
    place = one_line(run.repo or run.cwd, 80)
    minutes, seconds = divmod(seconds_since(request.ts, now), 60)
    first, *more = visible(request.target).splitlines() or [""]
    lines = [f"{RISK[request.risk]}  {request.approval_id}  {one_line(request.tool, 40)}  {first}"]
    lines.extend(f"    {each}" for each in more)
    driver = harness_name(run.harness)
    where = " · ".join(each for each in (driver, place, run.run_id, one_line(run.task, 80)) if each)
    lines.append(f"    {where} · waits {minutes}:{seconds:02d}")
    if request.risk_reason:
        lines.append(f"    {one_line(request.risk_reason, 200)}")
    if details and request.detail and request.detail != request.target:
        lines.extend(f"    | {each}" for each in visible(request.detail).splitlines())
    return lines


def waiting_facts(waiting: Waiting) -> dict[str, Any]:
    """The same for programs, as it came over the wire."""
    run, request = waiting.run, waiting.request
    facts = request.model_dump(
        mode="json",
        include={
            "approval_id",
            "action",
            "tool",
            "target",
            "detail",
            "digest",
            "risk",
            "risk_reason",
            "agent_id",
            "why",
            "expires_at",
        },
    )
    place = {
        "run_id": run.run_id,
        "repo": run.repo,
        "cwd": run.cwd,
        "task": run.task,
        "harness": run.harness,
        "model": run.model,
    }
    return {**facts, **place, "requested_at": request.ts}


def decided_line(waiting: Waiting, decision: str) -> str:
    """What was decided."""
    run, request = waiting.run, waiting.request
    what = f"{one_line(request.tool, 40)} {one_line(request.target, 200)}"
    place = one_line(run.repo or run.cwd, 80)
    return f"{decision} {request.approval_id} · {request.risk} risk · {what} · {place} · {run.run_id}"


def decided_facts(waiting: Waiting, decision: str) -> dict[str, Any]:
    """The same for programs."""
    request = waiting.request
    return {
        "ok": True,
        "approval_id": request.approval_id,
        "run_id": waiting.run.run_id,
        "decision": decision,
    }


def late_line(resolved: ResolvedApproval) -> str:
    """Who was first, and when."""
    decision = resolved.decision.replace("_", " ")
    return f"{resolved.approval_id} is already {decision} by {_who(resolved)} at {resolved.at}"


def unknown_lines(approval_id: str, waiting: Sequence[Waiting]) -> list[str]:
    """No such approval; and what waits instead."""
    lines = [
        f"no approval {one_line(approval_id, 80)} is known; {'this waits:' if waiting else 'nothing waits'}"
    ]
    lines.extend(
        f"{each.request.approval_id} · {each.request.risk} risk · {each.request.tool} {each.request.target}"
        for each in waiting
    )
    return lines


def refused_facts(
    approval_id: str, because: CommandRejected | ResolvedApproval | None, reason: str = ""
) -> dict[str, Any]:
    """Why nothing was decided, for programs."""
    facts: dict[str, Any] = {"ok": False, "approval_id": approval_id}
    match because:
        case CommandRejected():
            by, at = because.decided_by, because.decided_at
            facts |= {"code": because.code, "reason": because.reason}
        case ResolvedApproval():
            by, at = because.by, because.at
            facts |= {"code": LATE, "reason": reason, "decision": because.decision}
        case None:
            return facts | {"code": "unknown_approval", "reason": reason}
    return facts | {"decided_by": by.label or by.client_id if by else None, "decided_at": at}


def _who(resolved: ResolvedApproval) -> str:
    by = resolved.by
    return one_line(by.label or by.client_id, 60) if by else "a rule or the clock"
