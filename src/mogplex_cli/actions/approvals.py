"""Open the approval queue."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerOpened


def _unavailable(state: CockpitState) -> str | None:
    return None if state.run.approvals.pending else "nothing waits for a decision"


async def _run(context: ActionContext, approval_id: str) -> None:
    drawer = context.state.drawer
    if drawer is not None and drawer.name == "approval" and not approval_id:
        context.focus("drawer")
    else:
        context.apply(DrawerOpened("approval", approval_id))


APPROVALS = Action(
    name="approvals",
    title="Open Approval",
    category="drawer",
    help="decide what waits",
    run=_run,
    slash=("approvals",),
    unavailable=_unavailable,
)
