"""Open the inbox: what waits for a decision, in every run."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerOpened


async def _run(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("inbox"))


INBOX = Action(
    name="inbox",
    title="Open Inbox",
    category="drawer",
    help="decide what waits in every run, the riskiest first",
    run=_run,
    slash=("inbox",),
)
