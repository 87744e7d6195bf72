"""How the person looks at the timeline, after what they did. Pure."""

from dataclasses import replace
from typing import assert_never

from mogplex_cli.store.timeline_view import Pointed, TimelineView
from mogplex_cli.store.ui_events import (
    OlderAsked,
    OlderTold,
    TimelineFiltered,
    TimelinePointed,
    TimelineSearched,
)

TimelineUiEvent = TimelineFiltered | TimelineSearched | TimelinePointed | OlderAsked | OlderTold


def reduce_view(view: TimelineView, event: TimelineUiEvent, run_id: str) -> TimelineView:
    """The view after one fact; `run_id` is the run that is shown."""
    match event:
        case TimelineFiltered():
            return replace(view, filter=event.filter)
        case TimelineSearched():
            return replace(view, search=event.text)
        case TimelinePointed():
            return replace(view, pointed=Pointed(event.entry, view.pointed.turn + 1 if view.pointed else 1))
        case OlderAsked():
            return replace(view, fetching=True)
        case OlderTold():
            if event.run_id != run_id:
                return view
            return replace(view, fetching=False, older=event.timeline or view.older)
        case _:
            assert_never(event)
