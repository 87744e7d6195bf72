"""Run what was picked in the palette; an action that needs words is put into the composer to be finished."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.perform import attempt
from mogplex_cli.actions.verbs import VERBS
from mogplex_cli.store.ui_events import DrawerClosed


async def _run(context: ActionContext, name: str) -> None:
    action = VERBS[name]
    context.apply(DrawerClosed())
    if action.needs_argument:
        context.focus("composer")
        context.write_composer(f"/{action.slash[0]} ")
    else:
        await attempt(context, action, "")


CHOOSE = Action(
    name="choose",
    title="Choose",
    category="control",
    help="run what is picked",
    run=_run,
    in_palette=False,
)
