"""Run what was picked in the palette: what needs words is put into the composer, a problem is told in full."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.perform import attempt
from mogplex_cli.actions.slash import find_action
from mogplex_cli.store.ui_events import DrawerClosed, NoticeShown

PROBLEM = "problem"
"""What a row is called that tells what is wrong with a custom command; its place in the list follows."""


async def _run(context: ActionContext, name: str) -> None:
    context.apply(DrawerClosed())
    kind, _, place = name.partition(" ")
    if kind == PROBLEM:
        context.apply(NoticeShown(str(context.state.commands.problems[int(place)]), "warning"))
        return
    action = find_action(context.state.commands, name)
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
