"""Close the drawer that is open."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerClosed


async def _run(context: ActionContext, _: str) -> None:
    context.apply(DrawerClosed())


CLOSE_DRAWER = Action(
    name="close_drawer",
    title="Close Drawer",
    category="control",
    help="close the drawer that is open",
    run=_run,
    in_palette=False,
)
