"""Let a paused run go on."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.commands.run import RunResume
from mogplex_contracts.ids import new_id


def _unavailable(state: CockpitState) -> str | None:
    if not run_is_active(state):
        return "no run is active · /run <task> starts one"
    return None if state.run.status == "paused" else "the run is not paused"


async def _run(context: ActionContext, _: str) -> None:
    await context.send(RunResume(id=new_id("cmd"), run_id=context.state.run.run_id))


RESUME = Action(
    name="resume",
    title="Resume Run",
    category="control",
    help="let a paused run go on",
    run=_run,
    slash=("resume",),
    unavailable=_unavailable,
    steers=True,
)
