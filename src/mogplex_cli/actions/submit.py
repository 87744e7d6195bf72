"""A line has left the composer: a slash command, or words. One that is not sent goes back."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.line import Refused, read_line
from mogplex_cli.actions.login import without_token
from mogplex_cli.store.ui_events import ComposerRefused, LineSent
from mogplex_cli.transport.base import TransportFailed


async def _run(context: ActionContext, line: str) -> None:
    asked = read_line(line, context.state.commands)
    if asked is None:
        return
    refusal = (
        asked.reason if isinstance(asked, Refused) else asked.action.refuse(context.state, asked.argument)
    )
    if refusal is not None or isinstance(asked, Refused):
        context.give_back(line)
        context.apply(ComposerRefused(refusal or ""))
        return
    context.apply(LineSent(without_token(line.strip())))
    try:
        await asked.action.run(context, asked.argument)
    except TransportFailed as failure:
        context.give_back(line)
        context.apply(ComposerRefused(str(failure)))


SUBMIT = Action(
    name="submit",
    title="Send",
    category="command",
    help="send what is typed",
    run=_run,
    in_palette=False,
)
