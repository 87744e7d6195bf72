"""From an open entry to the one beside it."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerOpened


async def _run(context: ActionContext, index: str) -> None:
    timeline = context.state.run.timeline
    if index.isdecimal() and timeline.get(int(index)) is not None:
        context.apply(DrawerOpened("entry", index))


TURN_ENTRY = Action(
    name="turn_entry",
    title="Turn to an Entry",
    category="drawer",
    help="the entry beside the open one",
    run=_run,
    in_palette=False,
)
