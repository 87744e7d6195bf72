"""Look through the run's journal, step by step, for entries of its timeline that are not at hand."""

from collections.abc import Callable

from mogplex_cli.actions.base import ActionContext
from mogplex_cli.store.journal_look import LookFor
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import JournalLookBegan, JournalLooked, JournalLookStopped
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.commands.session import FindPage
from mogplex_contracts.entry_query import EntryQuery
from mogplex_contracts.events.link import Found
from mogplex_contracts.ids import new_id

NO_NUMBERS = "this run numbers no events, so nothing before what is shown can be looked through"


def _always(_: CockpitState) -> bool:
    return True


async def look_through(
    context: ActionContext,
    what: LookFor,
    query: EntryQuery,
    wanted: Callable[[CockpitState], bool] = _always,
) -> bool:
    """Whether everything that is not at hand was looked through; False when it was stopped or another began.

    It stops as soon as it is not `wanted` any more. Raises TransportFailed when nobody can look.
    """
    run_id = context.state.run.run_id
    context.apply(JournalLookBegan(what, query))
    turn = context.state.view.look(what).turn
    try:
        while _goes_on(context.state, run_id, what, turn) and wanted(context.state):
            look = context.state.view.look(what)
            if look.before >= context.state.run.timeline.first:
                return True
            answer = await context.ask(
                FindPage(id=new_id("cmd"), run_id=run_id, query=query, after_seq=look.to_seq)
            )
            if not isinstance(answer, Found) or answer.to_seq <= look.to_seq:
                raise TransportFailed(f"the journal could not be looked through behind @{look.to_seq}")
            context.apply(JournalLooked(run_id, what, turn, answer))
        return False
    finally:
        if _goes_on(context.state, run_id, what, turn):
            context.apply(JournalLookStopped(what))


def _goes_on(state: CockpitState, run_id: str, what: LookFor, turn: int) -> bool:
    look = state.view.look(what)
    return state.run.run_id == run_id and look.going and look.turn == turn
