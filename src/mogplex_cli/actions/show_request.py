"""Jump from an approval to its entry in the timeline."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.perform import attempt
from mogplex_cli.actions.show_entry import SHOW_ENTRY
from mogplex_cli.store.ui_events import NoticeShown


async def _run(context: ActionContext, approval_id: str) -> None:
    pending = context.state.run.approvals.pending.get(approval_id)
    if pending is None:
        context.apply(NoticeShown("that was asked in another run · /runs attaches to it", "warning"))
        return
    await attempt(context, SHOW_ENTRY, str(pending.entry))


SHOW_REQUEST = Action(
    name="show_request",
    title="Show Where It Was Asked",
    category="control",
    help="the request in the timeline",
    run=_run,
    in_palette=False,
)
