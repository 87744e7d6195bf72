"""From anywhere on the screen into the composer, with the slash already typed."""

from mogplex_cli.actions.base import Action, ActionContext


async def _run(context: ActionContext, _: str) -> None:
    context.focus("composer")
    if context.composer_is_empty():
        context.write_composer("/")


BEGIN_COMMAND = Action(
    name="begin_command",
    title="Begin a Command",
    category="focus",
    help="type a slash command",
    run=_run,
    in_palette=False,
)
