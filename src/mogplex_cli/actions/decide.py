"""Approve or reject what waits, in whichever run. The answer is bound to what was shown by its digest."""

from collections.abc import Awaitable, Callable
from typing import Literal

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import no_deciding
from mogplex_cli.store.selectors.waiting import (
    Deciding,
    find_request,
    one_batch,
    read_deciding,
    read_shown,
)
from mogplex_cli.store.ui_events import DecisionNotSent, DecisionSent, NoticeShown, RulesOffered
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide, RememberAs
from mogplex_contracts.ids import new_id

CHANGED = "what was asked has changed since it was shown · look again"
NO_BATCH = "only requests of one agent for one action, none of high risk, can be approved together"


def _decide(decision: Literal["approve", "reject"]) -> Callable[[ActionContext, str], Awaitable[None]]:
    async def run(context: ActionContext, argument: str) -> None:
        asked = read_deciding(argument)
        state = context.state
        shown = [read_shown(each) for each in asked.shown]
        found = [find_request(state, approval_id, run_id) for approval_id, run_id, _ in shown]
        requests = [each for each in found if each is not None]
        if any(each is None or each.approval_id in state.deciding for each in found):
            # One alone was decided by somebody else a moment ago, and that is told anyway.
            if len(found) > 1:
                context.apply(NoticeShown(CHANGED, "warning"))
            return
        if any(request.digest != digest for request, (_, _, digest) in zip(requests, shown, strict=True)):
            context.apply(NoticeShown(CHANGED, "warning"))
            return
        runs = {run_id for _, run_id, _ in shown}
        if len(requests) > 1 and (len(runs) > 1 or not one_batch(requests)):
            context.apply(NoticeShown(NO_BATCH, "warning"))
            return
        command_id = new_id("cmd")
        ids = tuple(approval_id for approval_id, _, _ in shown)
        context.apply(DecisionSent(command_id, ids, decision), RulesOffered(None))
        try:
            await context.send(
                ApprovalDecide(
                    id=command_id,
                    run_id=runs.pop(),
                    choices=tuple(
                        ApprovalChoice(approval_id=approval_id, digest=digest, kept_hunks=asked.kept_hunks)
                        for approval_id, _, digest in shown
                    ),
                    decision=decision,
                    note=asked.note,
                    remember=_rule(asked),
                )
            )
        except TransportFailed as failure:
            context.apply(DecisionNotSent(command_id, str(failure)))

    return run


def _rule(asked: Deciding) -> RememberAs | None:
    if not asked.patterns:
        return None
    first, *more = asked.patterns
    return RememberAs(pattern=first, more_patterns=tuple(more), where=asked.where)


APPROVE = Action(
    name="approve",
    title="Approve",
    category="control",
    help="let it happen",
    run=_decide("approve"),
    unavailable=no_deciding,
    in_palette=False,
    steers=True,
)
REJECT = Action(
    name="reject",
    title="Reject",
    category="control",
    help="do not let it happen",
    run=_decide("reject"),
    unavailable=no_deciding,
    in_palette=False,
    steers=True,
)
