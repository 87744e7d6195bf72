"""A widget has something to tell the person: that what was asked of it leads nowhere."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import NoticeShown


async def _run(context: ActionContext, text: str) -> None:
    context.apply(NoticeShown(text))


SAY = Action(
    name="say",
    title="Say",
    category="control",
    help="show a line above the composer",
    run=_run,
    in_palette=False,
)
