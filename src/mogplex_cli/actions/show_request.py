"""Jump from an approval to its entry in the timeline; from one of another run, to that run."""

from mogplex_cli.actions.attach import ATTACH
from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.perform import attempt
from mogplex_cli.actions.show_entry import SHOW_ENTRY
from mogplex_cli.store.selectors.waiting import read_shown


async def _run(context: ActionContext, argument: str) -> None:
    approval_id, run_id, _ = read_shown(argument)
    if run_id != context.state.run.run_id:
        await attempt(context, ATTACH, run_id)
        return
    pending = context.state.run.approvals.pending.get(approval_id)
    if pending is not None:
        await attempt(context, SHOW_ENTRY, str(pending.entry))


SHOW_REQUEST = Action(
    name="show_request",
    title="Show Where It Was Asked",
    category="control",
    help="the request in the timeline; of another run, that run",
    run=_run,
    in_palette=False,
)
