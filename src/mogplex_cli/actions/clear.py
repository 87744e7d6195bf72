"""Clear the composer."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import ComposerRefused, NoticeCleared


async def _run(context: ActionContext, _: str) -> None:
    context.write_composer("")
    context.apply(ComposerRefused(""), NoticeCleared())


CLEAR = Action(
    name="clear",
    title="Clear Composer",
    category="command",
    help="clear the composer",
    run=_run,
    slash=("clear",),
)
