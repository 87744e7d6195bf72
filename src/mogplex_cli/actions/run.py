"""Start a run."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import has_daemon, run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import RunNotStarted, RunRequested
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.ids import new_id


def cannot_start(state: CockpitState) -> str | None:
    """Why no run can be started now; None when one can."""
    if state.connection.transport == "stdio":
        return "this cockpit shows a stream and starts no runs · open mogplex without a pipe for that"
    if not state.session.harness:
        return "nothing drives runs yet · /login shows the ways to begin"
    if run_is_active(state) and not has_daemon(state):
        verb = "is paused" if state.run.status == "paused" else "still works"
        return f"{state.run.run_id} {verb} · write to its agents, wait for its end, or /kill it first"
    return f"{state.starting} is being opened · a moment" if state.starting else None


def _check(task: str) -> str | None:
    return None if task.strip() else "/run needs a task · /run review the staged diff for regressions"


async def start_run(
    context: ActionContext,
    task: str,
    *,
    harness: str = "",
    model: str | None = None,
    allowed_tools: tuple[str, ...] | None = None,
    cwd: str = "",
    continues: str | None = None,
) -> None:
    """Start a run with what the session says, and with what is given in its place."""
    session = context.state.session
    run_id = new_id("run")
    context.apply(RunRequested(run_id))
    command = RunStart(
        id=new_id("cmd"),
        run_id=run_id,
        task=task.strip(),
        cwd=cwd or session.cwd,
        harness=harness or session.harness,
        model=model or session.model,
        permission_mode=session.permission_mode if session.mode_chosen else None,
        allowed_tools=allowed_tools,
        continues=continues,
    )
    try:
        await context.send(command)
    except TransportFailed as failure:
        context.apply(RunNotStarted(run_id, str(failure)))


async def _run(context: ActionContext, task: str) -> None:
    await start_run(context, task)


RUN = Action(
    name="run",
    title="Start a Run",
    category="command",
    help="start a run with a task",
    run=_run,
    slash=("run",),
    argument="<task>",
    unavailable=cannot_start,
    check=_check,
    steers=True,
)
