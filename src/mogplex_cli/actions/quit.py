"""Leave the cockpit."""

from mogplex_cli.actions.base import Action, ActionContext


async def _run(context: ActionContext, _: str) -> None:
    await context.quit()


QUIT = Action(
    name="quit",
    title="Quit",
    category="command",
    help="leave the cockpit; a run goes on",
    run=_run,
    slash=("quit", "exit"),
)
