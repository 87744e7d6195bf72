"""Put away what the cockpit says: the drawer first, then the error or notice above the composer."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import ComposerRefused, DrawerClosed, NoticeCleared


async def _run(context: ActionContext, _: str) -> None:
    if context.state.drawer is not None:
        context.apply(DrawerClosed())
    else:
        context.apply(ComposerRefused(""), NoticeCleared())


PUT_AWAY = Action(
    name="put_away",
    title="Put Away",
    category="control",
    help="close what is open, or clear what is said",
    run=_run,
    in_palette=False,
)
