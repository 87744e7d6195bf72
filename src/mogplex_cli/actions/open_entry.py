"""Open one entry of the timeline."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerOpened


async def _run(context: ActionContext, index: str) -> None:
    run = context.state.run
    entry = run.timeline.get(int(index))
    if entry is None:
        return
    if entry.ref in run.approvals.pending:
        context.apply(DrawerOpened("approval", entry.ref or ""))
    else:
        context.apply(DrawerOpened("entry", index))


OPEN_ENTRY = Action(
    name="open_entry",
    title="Open Entry",
    category="drawer",
    help="everything known of one timeline entry",
    run=_run,
    in_palette=False,
)
