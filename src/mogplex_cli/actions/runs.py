"""Open the list of runs."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerOpened


async def _run(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("runs"))


RUNS = Action(
    name="runs",
    title="Open Runs",
    category="drawer",
    help="every run: what needs you, what works, what is done",
    run=_run,
    slash=("runs",),
)
