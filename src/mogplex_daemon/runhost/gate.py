"""The permission gate: every side effect of every agent passes here, and each decision is a journaled fact.

Rules decide first; what they leave to a person waits, without limit unless a timeout is set. The first
decision wins, whoever makes it.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import anyio

from mogplex_contracts.clock import format_ts
from mogplex_contracts.commands.approval import ApprovalDecide
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved, Why
from mogplex_contracts.ids import new_id
from mogplex_contracts.permissions import PermissionLayers, Resolution, resolve
from mogplex_contracts.risk import assess
from mogplex_contracts.state.approval import Approvals
from mogplex_contracts.vocabulary import Decision, Risk
from mogplex_daemon.harness.base import ActionRequest, Verdict
from mogplex_daemon.wire.commands import Refused

WITHDRAWN = "withdrawn: nobody waits for the answer any more"
WITHDRAWING_SECONDS = 5.0
"""How long a call that was interrupted waits for its withdrawn request to be recorded."""


class Emit(Protocol):
    """Makes a fact of an event."""

    async def __call__(self, event: Event, by: Operator | None = None) -> Event:
        """The event as it was recorded; `by` is the operator whose command caused it."""
        ...


@dataclass(eq=False)
class _Waiting:
    """An approval nobody has decided yet, or whose decision is on its way into the journal."""

    request: ApprovalRequested
    decided: anyio.Event = field(default_factory=anyio.Event)
    """Set when somebody has decided."""
    closed: anyio.Event = field(default_factory=anyio.Event)
    """Set when the decision is on the disk, or the run ended before it could be."""
    recorded: bool = False
    """Whether it is on the disk."""
    decision: Decision | None = None
    by: Operator | None = None
    at: str = ""
    note: str = ""


class Gate:
    """The gate of one run."""

    def __init__(
        self,
        *,
        layers: PermissionLayers,
        workspace: str,
        emit: Emit,
        approvals: Callable[[], Approvals],
        now: Callable[[], float],
        timeouts: Mapping[Risk, float] | None = None,
        refusal: Callable[[ActionRequest], str | None] = lambda _: None,
    ) -> None:
        """`approvals` gives the run's approvals as journaled; `timeouts` are seconds by risk.

        `refusal` says why an action cannot happen whatever the rules say; None when they decide.
        """
        self._layers = layers
        self._workspace = workspace
        self._emit = emit
        self._approvals = approvals
        self._now = now
        self._timeouts = timeouts or {}
        self._refusal = refusal
        self._waiting: dict[str, _Waiting] = {}

    async def decide(self, action: ActionRequest) -> Verdict:
        """Whether `action` may happen. Waits for a person when the rules leave it to one."""
        descriptors = (action.descriptor, *action.more_descriptors)
        resolution = resolve(self._layers, *descriptors)
        refused = self._refusal(action)
        why = _why(resolution) if refused is None else _narrowed(refused)
        if action.kind == "read" and why.level == "allow":
            return Verdict("auto_approved", why.explanation)
        risk, risk_reason = assess(action.kind, descriptors, self._workspace)
        risk = action.risk or risk
        if why.level == "ask":
            return await self._ask(action, descriptors, why, risk, risk_reason, self._timeouts.get(risk))
        decision: Decision = "auto_approved" if why.level == "allow" else "auto_rejected"
        await self._emit(
            ApprovalResolved(
                approval_id=new_id("apr"),
                decision=decision,
                action=action.kind,
                target=action.target,
                risk=risk,
                tool=action.tool,
                agent_id=action.agent_id,
                call_id=action.call_id,
                why=why,
            )
        )
        return Verdict(decision, why.explanation)

    async def ask(self, action: ActionRequest) -> Verdict:
        """Ask a person whatever the rules say, and wait without limit: for what no rule may decide."""
        why = Why(
            rule=action.descriptor,
            level="ask",
            source="default",
            origin="default",
            explanation="a limit of the run was reached · no rule decides that",
        )
        risk, risk_reason = assess(action.kind, (action.descriptor,), self._workspace)
        return await self._ask(action, (action.descriptor,), why, risk, risk_reason, None)

    async def answer(self, command: ApprovalDecide, by: Operator) -> None:
        """Carry out a person's decision; returns when it is on the disk. Raises Refused.

        All choices of one command are checked before any is carried out. The agent that waits puts the
        decision on the disk, so it stands even when the person's connection is lost in the meantime.
        """
        waiting = [self._undecided(choice.approval_id, choice.digest) for choice in command.choices]
        decision: Decision = "approved" if command.decision == "approve" else "rejected"
        for each in waiting:
            self._settle(each, decision, by, command.note)
        for each in waiting:
            await each.closed.wait()
        if not all(each.recorded for each in waiting):
            raise Refused("run_ended", "the run ended before the decision could be recorded")

    async def _ask(
        self,
        action: ActionRequest,
        descriptors: Sequence[str],
        why: Why,
        risk: Risk,
        risk_reason: str,
        seconds: float | None,
    ) -> Verdict:
        request = ApprovalRequested(
            approval_id=new_id("apr"),
            action=action.kind,
            target=action.target,
            descriptors=tuple(descriptors),
            detail=action.detail,
            digest=request_digest(action.kind, action.target, action.detail),
            risk=risk,
            risk_reason=risk_reason,
            tool=action.tool,
            agent_id=action.agent_id,
            call_id=action.call_id,
            patch_id=action.patch_id,
            why=why,
            expires_at=format_ts(self._now() + seconds) if seconds else None,
        )
        waiting = _Waiting(request)
        self._waiting[request.approval_id] = waiting
        try:
            await self._emit(request)
            with anyio.move_on_after(seconds):
                await waiting.decided.wait()
            if waiting.decision is None:
                self._settle(waiting, "expired", None, f"nobody decided within {seconds:g} s")
            decision = await self._record(waiting)
        except anyio.get_cancelled_exc_class():
            if waiting.decision is None:
                self._settle(waiting, "expired", None, WITHDRAWN)
                with anyio.move_on_after(WITHDRAWING_SECONDS, shield=True):
                    await self._record(waiting)
            raise
        finally:
            del self._waiting[request.approval_id]
            waiting.closed.set()
        return Verdict(decision, waiting.note)

    def _undecided(self, approval_id: str, digest: str) -> _Waiting:
        """The approval, still open and still what the person saw."""
        waiting = self._waiting.get(approval_id)
        if waiting is None:
            for past in self._approvals().resolved:
                if past.approval_id == approval_id:
                    raise _already(past.decision, past.by, past.at)
            raise Refused("unknown_approval", f"{approval_id} is not waiting for a decision in this run")
        if waiting.decision is not None:
            raise _already(waiting.decision, waiting.by, waiting.at)
        if digest != waiting.request.digest:
            raise Refused(
                "digest_mismatch", "what was shown is not what waits; look at the approval again, then decide"
            )
        return waiting

    def _settle(self, waiting: _Waiting, decision: Decision, by: Operator | None, note: str) -> None:
        """Compare-and-set: from here on every other decision comes too late."""
        waiting.decision, waiting.by, waiting.note = decision, by, note
        waiting.at = format_ts(self._now())
        waiting.decided.set()

    async def _record(self, waiting: _Waiting) -> Decision:
        """Put the decision on the disk."""
        request = waiting.request
        assert waiting.decision is not None
        await self._emit(
            ApprovalResolved(
                approval_id=request.approval_id,
                decision=waiting.decision,
                action=request.action,
                target=request.target,
                risk=request.risk,
                tool=request.tool,
                agent_id=request.agent_id,
                call_id=request.call_id,
                note=waiting.note,
                why=request.why if waiting.by is None else None,
            ),
            by=waiting.by,
        )
        waiting.recorded = True
        return waiting.decision


def request_digest(action: str, target: str, detail: str) -> str:
    """SHA-256, 64 hex characters, of everything a person is shown of a request."""
    return hashlib.sha256("\0".join((action, target, detail)).encode("utf-8", "surrogatepass")).hexdigest()


def _why(resolution: Resolution) -> Why:
    rule = resolution.rule
    return Why(
        rule=rule.pattern if rule else resolution.subject,
        level=resolution.level,
        source=rule.source if rule else "default",
        origin=rule.origin if rule else "default",
        explanation=resolution.explain(),
    )


def _narrowed(reason: str) -> Why:
    return Why(rule="allowed-tools", level="deny", source="run", origin="run", explanation=reason)


def _already(decision: Decision, by: Operator | None, at: str) -> Refused:
    who = by.label or by.client_id if by else "a rule or the clock"
    return Refused("already_decided", f"already {decision} by {who} at {at}", by, at)
