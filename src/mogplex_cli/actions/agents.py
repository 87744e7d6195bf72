"""Open the agents in detail."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import DrawerOpened, NoticeShown
from mogplex_contracts.text import one_line


async def _run(context: ActionContext, agent: str) -> None:
    """`agent` is an id, a name or a number; empty for whoever works."""
    wanted = agent.strip().lower()
    known = context.state.run.agents.values()
    named = next((each.agent_id for each in known if wanted in (each.agent_id, each.name.lower())), "")
    found = named or next((each.agent_id for each in known if wanted == str(each.number)), "")
    context.apply(DrawerOpened("agent", found))
    if wanted and not found:
        names = ", ".join(one_line(each.name, 40) for each in known) or "none yet"
        said = f"no agent of this run is called {one_line(wanted, 40)} · there are {names}"
        context.apply(NoticeShown(said, "warning"))


AGENTS = Action(
    name="agents",
    title="Open Agent Detail",
    category="drawer",
    help="every agent: status, plan, what is in flight, what it did",
    run=_run,
    slash=("agents",),
    argument="[agent]",
)
