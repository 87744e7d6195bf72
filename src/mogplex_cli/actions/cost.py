"""Open what the run has used, and raise a limit of it."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerOpened
from mogplex_contracts.commands.run import LimitsSet
from mogplex_contracts.ids import new_id
from mogplex_contracts.limits import KINDS, raised


async def _open(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("cost"))


async def _raise(context: ActionContext, kind: str) -> None:
    run = context.state.run
    for known in KINDS:
        if known == kind:
            limits = raised(run.limits, known, run.usage)
            await context.send(LimitsSet(id=new_id("cmd"), run_id=run.run_id, limits=limits))


def _unavailable(state: CockpitState) -> str | None:
    return None if run_is_active(state) else "no run is active"


COST = Action(
    name="cost",
    title="Open Cost",
    category="drawer",
    help="tokens, money and time of every agent; limits and pace",
    run=_open,
    slash=("cost",),
)
RAISE_LIMIT = Action(
    name="raise_limit",
    title="Raise a Limit",
    category="control",
    help="let the run use more",
    run=_raise,
    unavailable=_unavailable,
    in_palette=False,
    steers=True,
)
