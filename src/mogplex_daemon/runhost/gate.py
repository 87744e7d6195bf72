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
from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide, RuleRevoke
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import (
    ApprovalRequested,
    ApprovalResolved,
    RememberedRule,
    RuleRevoked,
    Why,
)
from mogplex_contracts.ids import new_id
from mogplex_contracts.permissions import PermissionLayers, Resolution, resolve
from mogplex_contracts.risk import assess
from mogplex_contracts.state.approval import Approvals
from mogplex_contracts.vocabulary import Decision, Risk
from mogplex_daemon.harness.base import ActionRequest, Verdict
from mogplex_daemon.runhost.rules import RuleFiles, RunRules
from mogplex_daemon.wire.commands import Refused

WITHDRAWN = "withdrawn: nobody waits for the answer any more"
WITHDRAWING_SECONDS = 5.0
"""How long a call that was interrupted waits for its withdrawn request to be recorded."""


class Emit(Protocol):
    """Makes a fact of an event."""

    async def __call__(self, event: Event, by: Operator | None = None) -> Event:
        """The event as it was recorded; `by` is the operator whose command caused it."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """How an approval was decided."""

    decision: Decision
    by: Operator | None = None
    note: str = ""
    why: Why | None = None
    """The rule that decided, when one did."""
    remembered: RememberedRule | None = None
    kept_hunks: tuple[int, ...] | None = None


@dataclass(eq=False)
class _Waiting:
    """An approval nobody has decided yet, or whose decision is on its way into the journal."""

    request: ApprovalRequested
    decided: anyio.Event = field(default_factory=anyio.Event)
    """Set when somebody has decided."""
    closed: anyio.Event = field(default_factory=anyio.Event)
    """Set when the decision is on the disk, or the run ended before it could be."""
    recording: bool = False
    """Whether it was handed to the journal, where it is told once."""
    recorded: bool = False
    """Whether it is on the disk."""
    answer: _Answer | None = None
    at: str = ""


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
        rule_files: RuleFiles | None = None,
    ) -> None:
        """`approvals` gives the run's approvals as journaled; `timeouts` are seconds by risk.

        `refusal` says why an action cannot happen whatever the rules say; None when they decide.
        """
        self._rules = RunRules(layers, rule_files or {})
        self._workspace = workspace
        self._emit = emit
        self._approvals = approvals
        self._now = now
        self._timeouts = timeouts or {}
        self._refusal = refusal
        self._waiting: dict[str, _Waiting] = {}
        self._answering = anyio.Lock()
        """Held while approvals are decided, so that nobody decides what another's rule is being written for."""

    async def decide(self, action: ActionRequest) -> Verdict:
        """Whether `action` may happen. Waits for a person when the rules leave it to one."""
        descriptors = (action.descriptor, *action.more_descriptors)
        resolution = resolve(self._rules.layers, *descriptors)
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
        async with self._answering:
            waiting = [self._undecided(choice) for choice in command.choices]
            if command.decision == "approve":
                _require_one_batch([each.request for each in waiting])
            remembered = await self._remember(command, waiting)
            for each, choice in zip(waiting, command.choices, strict=True):
                self._settle(
                    each,
                    _Answer(
                        "approved" if command.decision == "approve" else "rejected",
                        by,
                        command.note,
                        remembered=remembered,
                        kept_hunks=_kept_hunks(each.request, choice)
                        if command.decision == "approve"
                        else None,
                    ),
                )
            if remembered is not None:
                waiting.extend(self._answered_by_rule())
        for each in waiting:
            await each.closed.wait()
        if not all(each.recorded for each in waiting):
            raise Refused("run_ended", "the run ended before the decision could be recorded")

    async def revoke(self, command: RuleRevoke, by: Operator) -> None:
        """Take back a rule, in its file and for what is asked from now on. Raises Refused."""
        async with self._answering:
            origin = await self._rules.revoke(command.pattern, command.where)
            await self._emit(RuleRevoked(pattern=command.pattern, source=command.where, origin=origin), by=by)

    async def _remember(self, command: ApprovalDecide, waiting: Sequence[_Waiting]) -> RememberedRule | None:
        """Make the rule a decision asks for, before the decision: a rule that cannot be made decides nothing."""
        if command.remember is None:
            return None
        if command.decision != "approve" or len(waiting) != 1 or command.choices[0].kept_hunks is not None:
            raise Refused("cannot_remember", "only the approval of one whole request can be made a rule")
        return await self._rules.remember(waiting[0].request, command.remember)

    def _answered_by_rule(self) -> list[_Waiting]:
        """Settle what waits and is allowed by now."""
        settled: list[_Waiting] = []
        for each in self._waiting.values():
            resolution = resolve(self._rules.layers, *each.request.descriptors)
            if each.answer is None and resolution.level == "allow":
                why = _why(resolution)
                self._settle(each, _Answer("auto_approved", note=why.explanation, why=why))
                settled.append(each)
        return settled

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
            hunks=action.hunks,
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
            if waiting.answer is None:
                await self._lapse(waiting, f"nobody decided within {seconds:g} s")
            answer = await self._record(waiting)
        except anyio.get_cancelled_exc_class():
            with anyio.move_on_after(WITHDRAWING_SECONDS, shield=True):
                if waiting.answer is None:
                    await self._lapse(waiting, WITHDRAWN)
                if not waiting.recording:
                    await self._record(waiting)
            raise
        finally:
            del self._waiting[request.approval_id]
            waiting.closed.set()
        return Verdict(answer.decision, answer.note, answer.kept_hunks)

    def _undecided(self, choice: ApprovalChoice) -> _Waiting:
        """The approval, still open and still what the person saw."""
        waiting = self._waiting.get(choice.approval_id)
        if waiting is None:
            for past in self._approvals().resolved:
                if past.approval_id == choice.approval_id:
                    raise _already(past.decision, past.by, past.at)
            raise Refused(
                "unknown_approval", f"{choice.approval_id} is not waiting for a decision in this run"
            )
        if waiting.answer is not None:
            raise _already(waiting.answer.decision, waiting.answer.by, waiting.at)
        if choice.digest != waiting.request.digest:
            raise Refused(
                "digest_mismatch", "what was shown is not what waits; look at the approval again, then decide"
            )
        _kept_hunks(waiting.request, choice)
        return waiting

    async def _lapse(self, waiting: _Waiting, reason: str) -> None:
        """Close what nobody decided; whoever was deciding it at this moment was first."""
        async with self._answering:
            if waiting.answer is None:
                self._settle(waiting, _Answer("expired", note=reason, why=waiting.request.why))

    def _settle(self, waiting: _Waiting, answer: _Answer) -> None:
        """Compare-and-set: from here on every other decision comes too late."""
        waiting.answer, waiting.at = answer, format_ts(self._now())
        waiting.decided.set()

    async def _record(self, waiting: _Waiting) -> _Answer:
        """Put the decision on the disk."""
        request, answer = waiting.request, waiting.answer
        assert answer is not None
        waiting.recording = True
        await self._emit(
            ApprovalResolved(
                approval_id=request.approval_id,
                decision=answer.decision,
                action=request.action,
                target=request.target,
                risk=request.risk,
                tool=request.tool,
                agent_id=request.agent_id,
                call_id=request.call_id,
                note=answer.note if answer.decision != "auto_approved" else "",
                remembered=answer.remembered,
                why=answer.why,
                hunks=request.hunks if answer.kept_hunks is not None else 0,
                kept_hunks=answer.kept_hunks,
            ),
            by=answer.by,
        )
        waiting.recorded = True
        return answer


def _require_one_batch(requests: Sequence[ApprovalRequested]) -> None:
    """Only requests of one action by one agent, none of high risk and none twice, are approved together."""
    if len(requests) < 2:
        return
    kinds = {(each.action, each.agent_id) for each in requests}
    apart = len({each.approval_id for each in requests}) == len(requests)
    if len(kinds) > 1 or not apart or any(each.risk == "high" for each in requests):
        raise Refused(
            "no_batch",
            "only requests of one agent for one action, none of high risk, can be approved together; "
            "nothing was decided",
        )


def _kept_hunks(request: ApprovalRequested, choice: ApprovalChoice) -> tuple[int, ...] | None:
    """The hunks that may be applied; None for all of them. Raises Refused for what cannot be kept."""
    if choice.kept_hunks is None:
        return None
    if not request.hunks:
        raise Refused("cannot_divide", "this can only be approved or rejected whole")
    kept = tuple(sorted(set(choice.kept_hunks)))
    if not kept:
        raise Refused("nothing_kept", "no hunk would be left; reject the patch instead")
    if kept[0] < 1 or kept[-1] > request.hunks:
        raise Refused("unknown_hunk", f"the patch has hunks 1 to {request.hunks}; nothing was decided")
    return None if len(kept) == request.hunks else kept


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
