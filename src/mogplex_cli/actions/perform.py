"""Does an action: the one place where it is refused, and where its failure is told."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import NoticeShown
from mogplex_cli.transport.base import TransportFailed


async def attempt(context: ActionContext, action: Action, argument: str) -> None:
    """Run the action, or say why it cannot be done now."""
    reason = action.blocked(context.state)
    if reason is not None:
        context.apply(NoticeShown(reason, "warning"))
        return
    try:
        await action.run(context, argument)
    except TransportFailed as failure:
        context.apply(NoticeShown(str(failure), "error"))
