"""Open the list of every key."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerOpened


async def _run(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("keys"))


KEYS = Action(
    name="keys",
    title="Open Keys",
    category="drawer",
    help="every key, and what it is called in [keys]",
    run=_run,
    slash=("keys",),
)
