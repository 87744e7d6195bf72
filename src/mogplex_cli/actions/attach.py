"""Show another run, or the one that is shown anew. The run that is left goes on."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import NEEDS_DAEMON, has_daemon
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import AttachRequested, NoticeShown, RunNotStarted
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.commands.session import Attach
from mogplex_contracts.ids import new_id


def _unavailable(state: CockpitState) -> str | None:
    if state.connection.transport == "stdio":
        return "this cockpit shows a stream · mogplex --attach <runId> shows a run"
    if state.connection.health != "nominal":
        return f"the link is {state.connection.health} · a moment"
    return f"{state.starting} is being opened · a moment" if state.starting else None


def _check(run_id: str) -> str | None:
    return "/attach takes one run id · /runs lists them" if len(run_id.split()) > 1 else None


async def _run(context: ActionContext, argument: str) -> None:
    shown = context.state.run.run_id
    run_id = argument.strip() or shown
    if not run_id:
        context.apply(NoticeShown("which run? · /runs lists them", "warning"))
        return
    if run_id != shown and not has_daemon(context.state):
        context.apply(NoticeShown(NEEDS_DAEMON, "warning"))
        return
    context.apply(AttachRequested(run_id))
    command = Attach(id=new_id("cmd"), run_id=run_id, observe=context.state.session.observe)
    try:
        await context.send(command)
    except TransportFailed as failure:
        context.apply(RunNotStarted(run_id, str(failure)))


ATTACH = Action(
    name="attach",
    title="Attach to a Run",
    category="command",
    help="show another run; the one that is left goes on",
    run=_run,
    slash=("attach",),
    argument="[runId]",
    unavailable=_unavailable,
    check=_check,
    in_palette=False,
)
