"""Ask the daemon for its runs, now and whenever they have changed. The cockpit does it on every connection."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_contracts.commands.admin import RunsList
from mogplex_contracts.ids import new_id


async def _run(context: ActionContext, _: str) -> None:
    await context.send(RunsList(id=new_id("cmd"), follow=True))


FOLLOW_RUNS = Action(
    name="follow_runs",
    title="Follow Runs",
    category="control",
    help="keep the list of runs up to date",
    run=_run,
    in_palette=False,
)
