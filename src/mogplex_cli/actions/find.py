"""Look for text in the timeline."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.search_journal import search_if_not_at_hand
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import TimelineSearched


def no_timeline(state: CockpitState) -> str | None:
    """Why there is nothing to look at; None when there is."""
    return None if state.run.run_id else "the timeline is empty · /run <task> starts a run"


async def _find(context: ActionContext, text: str) -> None:
    if text.strip():
        context.apply(TimelineSearched(text.strip()))
        context.focus("timeline")
        await search_if_not_at_hand(context)
    else:
        context.focus("find")


async def _search(context: ActionContext, text: str) -> None:
    context.apply(TimelineSearched(text.strip()))


FIND = Action(
    name="find",
    title="Find in the Timeline",
    category="control",
    help="look for text in the timeline; n and N go through what is found",
    run=_find,
    slash=("find",),
    argument="[text]",
    unavailable=no_timeline,
)
SEARCH_TIMELINE = Action(
    name="search_timeline",
    title="Search the Timeline",
    category="control",
    help="look for what is being typed",
    run=_search,
    in_palette=False,
)
