"""From a drawer to an entry of the timeline."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerClosed, TimelinePointed


async def _run(context: ActionContext, index: str) -> None:
    if index.isdecimal():
        context.apply(DrawerClosed())
        context.focus("timeline")
        context.apply(TimelinePointed(int(index)))


SHOW_ENTRY = Action(
    name="show_entry",
    title="Show in the Timeline",
    category="focus",
    help="put the cursor on an entry of the timeline",
    run=_run,
    in_palette=False,
)
