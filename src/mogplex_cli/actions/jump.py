"""A list of the prompts, approvals and errors of the run, to go to one."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.find import no_timeline
from mogplex_cli.actions.look_through import look_through
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerOpened
from mogplex_contracts.entry_query import EntryQuery

LANDMARKS = EntryQuery(landmarks=True)


async def _open(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("jump"))
    if context.state.run.last_seq:
        await look_through(context, "landmarks", LANDMARKS, _open_still)


def _open_still(state: CockpitState) -> bool:
    return state.drawer is not None and state.drawer.name == "jump"


JUMP = Action(
    name="jump",
    title="Jump in the Timeline",
    category="drawer",
    help="the prompts, approvals and errors of the run, to go to one",
    run=_open,
    slash=("jump",),
    unavailable=no_timeline,
)
