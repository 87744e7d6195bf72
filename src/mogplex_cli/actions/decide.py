"""Approve or reject what waits, in whichever run. The answer is bound to what was shown by its digest."""

from collections.abc import Awaitable, Callable
from typing import Literal

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import no_deciding
from mogplex_cli.store.selectors.waiting import find_request, read_note, read_shown
from mogplex_cli.store.ui_events import DecisionNotSent, DecisionSent, NoticeShown
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide
from mogplex_contracts.ids import new_id


def _decide(decision: Literal["approve", "reject"]) -> Callable[[ActionContext, str], Awaitable[None]]:
    async def run(context: ActionContext, argument: str) -> None:
        approval_id, run_id, digest = read_shown(argument)
        state = context.state
        request = find_request(state, approval_id, run_id)
        if request is None or approval_id in state.deciding:
            return
        if request.digest != digest:
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
                    run_id=run_id,
                    choices=(ApprovalChoice(approval_id=approval_id, digest=digest),),
                    decision=decision,
                    note=read_note(argument),
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
