"""A list of the prompts, approvals and errors of the run, to go to one."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.find import no_timeline
from mogplex_cli.store.ui_events import DrawerOpened


async def _open(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("jump"))


JUMP = Action(
    name="jump",
    title="Jump in the Timeline",
    category="drawer",
    help="the prompts, approvals and errors of the run, to go to one",
    run=_open,
    slash=("jump",),
    unavailable=no_timeline,
)
