"""Show only some entries of the timeline."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.find import no_timeline
from mogplex_cli.store.timeline_filter import NO_FILTER, NoFilter, parse_filter, turned
from mogplex_cli.store.ui_events import TimelineFiltered

EVERYTHING = "all"
"""What one writes to see everything again."""


def _check(text: str) -> str | None:
    try:
        parse_filter(text)
    except NoFilter as reason:
        return str(reason)
    return None


async def _filter(context: ActionContext, text: str) -> None:
    if not text.strip():
        context.focus("filter")
        return
    context.apply(TimelineFiltered(NO_FILTER if text.strip() == EVERYTHING else parse_filter(text)))
    context.focus("timeline")


async def _type(context: ActionContext, text: str) -> None:
    # What is half typed filters nothing yet; the line in which it is typed tells what it lacks.
    if _check(text) is None:
        context.apply(TimelineFiltered(parse_filter(text)))


async def _turn(context: ActionContext, _: str) -> None:
    context.apply(TimelineFiltered(parse_filter(turned(context.state.view.filter.text))))


FILTER = Action(
    name="filter",
    title="Filter the Timeline",
    category="control",
    help="only entries of a kind, an agent, a risk: kind:tool agent:forge risk:high words",
    run=_filter,
    slash=("filter",),
    argument="[kind:… agent:… risk:… words|all]",
    check=_check,
    unavailable=no_timeline,
)
FILTER_TIMELINE = Action(
    name="filter_timeline",
    title="Filter by What Is Typed",
    category="control",
    help="only what the typed filter lets through",
    run=_type,
    in_palette=False,
)
TURN_FILTER = Action(
    name="turn_filter",
    title="Turn the Filter",
    category="control",
    help="the next of the usual filters: talk, tools, changes, approvals, high risk, trouble, everything",
    run=_turn,
    unavailable=no_timeline,
)
