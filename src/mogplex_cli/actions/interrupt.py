"""A soft interrupt: noted in the timeline; stops what one agent does this moment, and the run goes on."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.commands.run import AgentInterrupt
from mogplex_contracts.ids import new_id


def _unavailable(state: CockpitState) -> str | None:
    return None if run_is_active(state) else "no run is active"


async def _run(context: ActionContext, agent_id: str) -> None:
    command = AgentInterrupt(id=new_id("cmd"), run_id=context.state.run.run_id, agent_id=agent_id or None)
    await context.send(command)


INTERRUPT = Action(
    name="interrupt",
    title="Interrupt Agent",
    category="control",
    help="stop what an agent does this moment",
    run=_run,
    unavailable=_unavailable,
    in_palette=False,
    steers=True,
)
