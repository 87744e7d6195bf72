"""Approve or reject what waits. The answer is bound to what was shown: its id, and the digest of its arguments."""

from collections.abc import Awaitable, Callable
from typing import Literal

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DecisionNotSent, DecisionSent, NoticeShown
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide
from mogplex_contracts.ids import new_id


def shown(approval_id: str, digest: str) -> str:
    """The argument of a decision: what the person saw."""
    return f"{approval_id} {digest}"


def _decide(decision: Literal["approve", "reject"]) -> Callable[[ActionContext, str], Awaitable[None]]:
    async def run(context: ActionContext, argument: str) -> None:
        approval_id, _, digest = argument.partition(" ")
        state = context.state
        pending = state.run.approvals.pending.get(approval_id)
        if pending is None or approval_id in state.deciding:
            return
        if pending.request.digest != digest:
            context.apply(
                NoticeShown("what was asked has changed since it was shown · look again", "warning")
            )
            return
        command_id = new_id("cmd")
        context.apply(DecisionSent(command_id, (approval_id,), decision))
        try:
            await context.send(
                ApprovalDecide(
                    id=command_id,
                    run_id=state.run.run_id,
                    choices=(ApprovalChoice(approval_id=approval_id, digest=digest),),
                    decision=decision,
                )
            )
        except TransportFailed as failure:
            context.apply(DecisionNotSent(command_id, str(failure)))

    return run


APPROVE = Action(
    name="approve",
    title="Approve",
    category="control",
    help="let it happen",
    run=_decide("approve"),
    in_palette=False,
)
REJECT = Action(
    name="reject",
    title="Reject",
    category="control",
    help="do not let it happen",
    run=_decide("reject"),
    in_palette=False,
)
