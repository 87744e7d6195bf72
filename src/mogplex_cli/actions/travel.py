"""Show the run as it was at an earlier event. It goes on meanwhile; nothing of it can be changed from there."""

import json
import re

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.past import at_hand
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import NoticeShown, PastLeft, PastMoved, PastOpened
from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.session import PastPage
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import Past
from mogplex_contracts.ids import new_id

PLACE = re.compile(r"[@#]?(\d{1,15})|([+-]\d{1,15})")


def place(argument: str, now_at: int) -> int | None:
    """The event that is meant: `214`, `-50`, `+1`; None when it is no place."""
    found = PLACE.fullmatch(argument.strip())
    if found is None:
        return None
    return int(found[1]) if found[1] else now_at + int(found[2])


def _check(argument: str) -> str | None:
    if not argument or place(argument, 0) is not None:
        return None
    return f"{argument[:40]} is no place of the run · /travel 214, /travel -50, /travel +1"


def _unavailable(state: CockpitState) -> str | None:
    if not state.run.run_id:
        return "there is no run to look back at · /run <task> starts one"
    if not state.run.last_seq:
        return "this run numbers no events, so there are no places in it to go to"
    return None


async def _run(context: ActionContext, argument: str) -> None:
    run, past = context.state.run, context.state.past
    wanted = place(argument or "-1", past.seq if past else run.last_seq)
    if wanted is None:
        return
    wanted = max(1, min(wanted, run.last_seq))
    if at_hand(past, wanted):
        context.apply(PastMoved(wanted))
        return
    answer = await context.ask(PastPage(id=new_id("cmd"), run_id=run.run_id, at_seq=wanted))
    if not isinstance(answer, Past) or context.state.run.run_id != run.run_id:
        return
    events = tuple(event for raw in answer.events if (event := _decoded(json.dumps(raw))) is not None)
    if not events:
        context.apply(NoticeShown(f"there is no event @{wanted} in what can be looked up", "warning"))
        return
    context.apply(PastOpened(answer.state, events, wanted))
    context.focus("past")


def _decoded(line: str) -> Event | None:
    """The event; None for a line that is none, which the journal's reader has told of."""
    try:
        return decode_event(line)
    except InvalidLine:
        return None


def _no_past(state: CockpitState) -> str | None:
    return None if state.past else "the screen shows the newest already"


async def _leave(context: ActionContext, _: str) -> None:
    context.apply(PastLeft())
    context.focus("composer")


TRAVEL = Action(
    name="travel",
    title="Travel in Time",
    category="control",
    help="show the run as it was at an earlier event",
    run=_run,
    slash=("travel",),
    argument="[event|±n]",
    check=_check,
    unavailable=_unavailable,
)
LIVE = Action(
    name="live",
    title="Return to Now",
    category="control",
    help="show the newest of the run again",
    run=_leave,
    slash=("live",),
    unavailable=_no_past,
)
