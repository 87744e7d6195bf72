"""To a prompt, an approval or an error: a list of them, and the way to the one that is chosen."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.find import no_timeline
from mogplex_cli.store.ui_events import DrawerClosed, DrawerOpened, TimelinePointed


async def _open(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("jump"))


async def _go(context: ActionContext, index: str) -> None:
    if index.isdecimal():
        context.apply(DrawerClosed())
        context.focus("timeline")
        context.apply(TimelinePointed(int(index)))


JUMP = Action(
    name="jump",
    title="Jump in the Timeline",
    category="drawer",
    help="the prompts, approvals and errors of the run, to go to one",
    run=_open,
    slash=("jump",),
    unavailable=no_timeline,
)
GO_TO_ENTRY = Action(
    name="go_to_entry",
    title="Go to an Entry",
    category="focus",
    help="show one entry where it stands in the timeline",
    run=_go,
    in_palette=False,
)
