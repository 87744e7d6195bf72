"""Take an ended run's work up in a new run: its agent knows what it knew, and repeats nothing it had begun."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.run import cannot_start, start_run
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import NoticeShown
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES

GO_ON = "Go on where the work stopped."
"""What is asked for when a person says nothing more."""


def _unavailable(state: CockpitState) -> str | None:
    run = state.run
    can = run.capabilities
    # A run of an older host does not say what it can: its successor is asked.
    if run.run_id and run.status in FINAL_RUN_STATUSES and can is not None and "resume" not in can:
        return f"the agent of {run.run_id} cannot take its work up again · /run starts anew"
    return cannot_start(state)


async def _run(context: ActionContext, argument: str) -> None:
    shown = context.state.run
    first, _, rest = argument.strip().partition(" ")
    named = first if first.startswith("run_") else ""
    task = rest if named else argument
    run_id = named or (shown.run_id if shown.status in FINAL_RUN_STATUSES else "")
    if not run_id:
        context.apply(NoticeShown("which run? · /continue <runId> takes up one that has ended", "warning"))
        return
    harness, model = (shown.harness, shown.model) if run_id == shown.run_id else ("", None)
    await start_run(context, task.strip() or GO_ON, harness=harness, model=model, continues=run_id)


CONTINUE = Action(
    name="continue",
    title="Continue an Ended Run",
    category="command",
    help="take an ended run's work up in a new run",
    run=_run,
    slash=("continue",),
    argument="[runId] [what to do now]",
    unavailable=_unavailable,
    steers=True,
)
