"""Look for what is searched in the entries that are not at hand: `<120` for those before one, `>120` behind it.

The journal is looked through from its beginning on, and then the nearest match in that direction is shown.
So what the counter says is so: all of the run was searched, or it says what was not.
"""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.look_through import NO_NUMBERS, look_through
from mogplex_cli.actions.show_entry import point
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.timeline_filter import query
from mogplex_cli.store.ui_events import JournalLookStopped, NoticeShown, TimelineSearched
from mogplex_contracts.entry_query import passes


async def _search(context: ActionContext, place: str) -> None:
    state = context.state
    if not state.view.search or state.view.searched.going:
        return
    if not state.run.last_seq:
        context.apply(NoticeShown(NO_NUMBERS, "warning"))
        return
    question = query(state.view.filter, state.view.search)
    if await look_through(context, "search", question):
        await _show(context, place)


async def search_if_not_at_hand(context: ActionContext) -> None:
    """Go on into the journal when what is looked for is in nothing that is at hand."""
    state = context.state
    if state.view.search and state.run.last_seq and state.run.timeline.first and not _is_at_hand(state):
        await _search(context, f"<{state.run.timeline.count}")


def _is_at_hand(state: CockpitState) -> bool:
    names = {key: agent.name for key, agent in state.run.agents.items()}
    test = passes(query(state.view.filter, state.view.search), names)
    return any(
        test(entry) for timeline in (state.view.older, state.run.timeline) for entry in timeline.entries()
    )


async def _show(context: ActionContext, place: str) -> None:
    """The nearest match before a place, or behind it."""
    look = context.state.view.searched
    direction, index = place[:1], int(place[1:])
    indices = [entry.index for entry in look.found]
    if direction == ">":
        behind = [each for each in indices if each > index]
        nearest = behind[0] if behind else None
    else:
        before = [each for each in indices if each < index]
        nearest = before[-1] if before else None
    if nearest is not None:
        await point(context, nearest)
    elif look.unlisted and direction == "<":
        context.apply(NoticeShown(f"{look.unlisted:,} older matches are not listed · look for more letters"))
    else:
        context.apply(NoticeShown("no match further: the whole run was searched"))


async def _keep(context: ActionContext, typed: str) -> None:
    context.apply(TimelineSearched(typed))
    context.focus("timeline")
    await search_if_not_at_hand(context)


async def _stop(context: ActionContext, _: str) -> None:
    context.apply(JournalLookStopped("search"))


SEARCH_JOURNAL = Action(
    name="search_journal",
    title="Search the Journal",
    category="control",
    help="look for it in entries that are not at hand",
    run=_search,
    in_palette=False,
)
KEEP_SEARCH = Action(
    name="keep_search",
    title="Keep What Was Typed",
    category="control",
    help="back to the timeline; what nothing at hand has is looked for in the journal",
    run=_keep,
    in_palette=False,
)
STOP_SEARCH = Action(
    name="stop_search",
    title="Stop Searching the Journal",
    category="control",
    help="stop looking through the journal; what was found stays",
    run=_stop,
    in_palette=False,
)
