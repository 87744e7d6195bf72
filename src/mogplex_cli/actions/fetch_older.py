"""Fetch entries of the timeline that have left its window: the run as it was when they were the newest.

A page of bare events would not do: what an entry says depends on what came before it and on how it ended.
"""

import json

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import NoticeShown, OlderAsked, OlderTold
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.session import PastPage
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import Past
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce import replay
from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import Timeline, TimelineEntry

AHEAD = 400
"""Entries wanted behind the one that was asked for; the rest of the window is before it."""


async def _run(context: ActionContext, argument: str) -> None:
    run, view = context.state.run, context.state.view
    if not view.fetching and run.last_seq and argument.isdecimal():
        await fetch(context, seq_near(run, view.older, int(argument) + AHEAD))


async def fetch(context: ActionContext, wanted: int) -> None:
    """Fetch the entries that were the newest a little behind the event `wanted`."""
    run = context.state.run
    context.apply(OlderAsked())
    try:
        answer = await context.ask(PastPage(id=new_id("cmd"), run_id=run.run_id, at_seq=wanted))
    except TransportFailed as failure:
        context.apply(OlderTold(run.run_id), NoticeShown(str(failure), "warning"))
        return
    context.apply(OlderTold(run.run_id, _timeline(answer) if isinstance(answer, Past) else None))


def seq_near(run: RunState, older: Timeline, index: int) -> int:
    """The event that made an entry; where the entry is not at hand, as far between those that are as its index is."""
    points = [(-1, 0), (run.timeline.count, run.last_seq)]
    for timeline in (older, run.timeline):
        entry = timeline.get(index)
        if entry is not None and entry.seq is not None:
            return entry.seq
        points.extend(
            _point(timeline, index) for index in (timeline.first, timeline.count - 1) if timeline.kept
        )
    below = max(point for point in points if point[0] <= max(-1, min(index, run.timeline.count)))
    above = min(point for point in points if point[0] >= min(index, run.timeline.count))
    if above[0] == below[0]:
        return max(1, below[1])
    share = (index - below[0]) / (above[0] - below[0])
    return max(1, min(run.last_seq, round(below[1] + (above[1] - below[1]) * min(1.0, share))))


def _point(timeline: Timeline, index: int) -> tuple[int, int]:
    """An entry's index and event; of the next one behind it where it has none."""
    entry: TimelineEntry | None = timeline.get(index)
    while entry is not None and entry.seq is None:
        entry = timeline.get(entry.index + 1)
    return (entry.index, entry.seq or 0) if entry is not None else (-1, 0)


def _timeline(answer: Past) -> Timeline:
    """The entries, with what became of them soon after."""
    state: RunState = replay(
        [event for raw in answer.events if (event := _decoded(json.dumps(raw))) is not None], answer.state
    )
    return state.timeline


def _decoded(line: str) -> Event | None:
    try:
        return decode_event(line)
    except InvalidLine:
        return None


FETCH_OLDER = Action(
    name="fetch_older",
    title="Fetch Earlier Entries",
    category="control",
    help="earlier entries of the timeline, from the journal",
    run=_run,
    in_palette=False,
)
