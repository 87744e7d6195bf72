"""Pause the active run."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.commands.run import RunPause
from mogplex_contracts.ids import new_id


def _unavailable(state: CockpitState) -> str | None:
    if not run_is_active(state):
        return "no run is active · /run <task> starts one"
    return "the run is paused already · /resume lets it go on" if state.run.status == "paused" else None


async def _run(context: ActionContext, _: str) -> None:
    await context.send(RunPause(id=new_id("cmd"), run_id=context.state.run.run_id))


PAUSE = Action(
    name="pause",
    title="Pause Run",
    category="control",
    help="agents stop at the next safe point",
    run=_run,
    slash=("pause",),
    unavailable=_unavailable,
    steers=True,
    needs="pause",
)
