"""Put the cursor on an entry of the timeline; one that has left the window is fetched first."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.fetch_older import AHEAD, fetch, seq_near
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerClosed, NoticeShown, TimelinePointed


async def _run(context: ActionContext, index: str) -> None:
    if index.isdecimal():
        context.apply(DrawerClosed())
        context.focus("timeline")
        await point(context, int(index))


async def point(context: ActionContext, index: int) -> None:
    """Show an entry, wherever it is."""
    state = context.state
    if not _at_hand(state, index) and state.run.last_seq:
        await fetch(context, _behind(state, index))
        if not _at_hand(context.state, index):
            # What could not be looked up has been told already.
            if context.state.notice == state.notice:
                context.apply(NoticeShown("that entry is not in what can be looked up", "warning"))
            return
    context.apply(TimelinePointed(index))


def _at_hand(state: CockpitState, index: int) -> bool:
    return state.run.timeline.get(index) is not None or state.view.older.get(index) is not None


def _behind(state: CockpitState, index: int) -> int:
    """A place of the run at which the entry is in the window, with what became of it and what came next."""
    known = (*state.view.searched.found, *state.view.landmarks.found)
    seq = next((entry.seq for entry in known if entry.index == index and entry.seq is not None), None)
    return (
        min(state.run.last_seq, seq + AHEAD) if seq else seq_near(state.run, state.view.older, index + AHEAD)
    )


SHOW_ENTRY = Action(
    name="show_entry",
    title="Show in the Timeline",
    category="focus",
    help="put the cursor on an entry of the timeline",
    run=_run,
    in_palette=False,
)
