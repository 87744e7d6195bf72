"""Open the command palette."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerOpened


async def _run(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("palette"))


HELP = Action(
    name="help",
    title="Open Command Palette",
    category="drawer",
    help="find every action by its name",
    run=_run,
    slash=("help",),
)
