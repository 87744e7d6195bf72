"""Show the next alert of the strip."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.alerts import all_alerts
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import AlertTurned


def _unavailable(state: CockpitState) -> str | None:
    return None if all_alerts(state) else "there are no alerts"


async def _run(context: ActionContext, _: str) -> None:
    context.apply(AlertTurned())


NEXT_ALERT = Action(
    name="next_alert",
    title="Next Alert",
    category="control",
    help="show the next alert of the strip",
    run=_run,
    unavailable=_unavailable,
)
