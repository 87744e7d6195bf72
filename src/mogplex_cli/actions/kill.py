"""Cancel the active run."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import busy_with
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.commands.run import RunKill
from mogplex_contracts.ids import new_id


def _unavailable(state: CockpitState) -> str | None:
    return None if busy_with(state) else "no run is active"


async def _run(context: ActionContext, _: str) -> None:
    await context.send(RunKill(id=new_id("cmd"), run_id=busy_with(context.state)))


KILL = Action(
    name="kill",
    title="Cancel Run",
    category="control",
    help="end the run now; calls in flight are interrupted",
    run=_run,
    slash=("kill",),
    unavailable=_unavailable,
    steers=True,
)
