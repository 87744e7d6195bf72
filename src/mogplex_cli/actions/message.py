"""Words that are no slash command: to the agents of the active run, or the task of a new one."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.run import RUN
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.commands.run import RunMessage
from mogplex_contracts.ids import new_id


def _unavailable(state: CockpitState) -> str | None:
    if state.starting:
        return f"{state.starting} is being opened · a moment"
    return None if run_is_active(state) else RUN.unavailable(state)


async def _run(context: ActionContext, text: str) -> None:
    if not run_is_active(context.state):
        await RUN.run(context, text)
        return
    await context.send(RunMessage(id=new_id("cmd"), run_id=context.state.run.run_id, text=text))


MESSAGE = Action(
    name="message",
    title="Say Something",
    category="command",
    help="a follow-up to the agents, or the task of a new run",
    run=_run,
    unavailable=_unavailable,
    in_palette=False,
    steers=True,
    needs="steer",
)
