"""Open the agents in detail."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerOpened


async def _run(context: ActionContext, agent: str) -> None:
    """`agent` is an id, a name or a number; empty for whoever works."""
    wanted = agent.strip().lower()
    known = context.state.run.agents.values()
    found = next((each.agent_id for each in known if wanted in (each.agent_id, each.name.lower())), "")
    numbered = next((each.agent_id for each in known if wanted == str(each.number)), "")
    context.apply(DrawerOpened("agent", found or numbered))


AGENTS = Action(
    name="agents",
    title="Open Agent Detail",
    category="drawer",
    help="every agent: status, plan, what is in flight, what it did",
    run=_run,
    slash=("agents",),
    argument="[agent]",
)
