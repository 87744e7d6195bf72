"""Open the repository's memory, and delete an entry through the run's gate."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.selectors.memory import NEEDS_RUN
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerOpened, RepositoryMemoryRead
from mogplex_contracts.commands.memory import MemoryDelete
from mogplex_contracts.ids import new_id


async def _open(context: ActionContext, _: str) -> None:
    state = context.state
    if state.connection.transport != "stdio":
        memory = await context.read_memory(state.run.repo or state.session.repo)
        context.apply(RepositoryMemoryRead(memory))
    context.apply(DrawerOpened("memory"))


async def _delete(context: ActionContext, key: str) -> None:
    await context.send(MemoryDelete(id=new_id("cmd"), run_id=context.state.run.run_id, key=key))


def _unavailable(state: CockpitState) -> str | None:
    return None if run_is_active(state) else NEEDS_RUN


MEMORY = Action(
    name="memory",
    title="Open Memory",
    category="drawer",
    help="what is remembered of this repository, and what this run wrote",
    run=_open,
    slash=("memory",),
)
DELETE_MEMORY = Action(
    name="delete_memory",
    title="Delete a Memory Entry",
    category="control",
    help="forget it, through the gate",
    run=_delete,
    unavailable=_unavailable,
    in_palette=False,
    steers=True,
)
