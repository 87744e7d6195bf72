"""How the person looks at the timeline, after what they did. Pure."""

from dataclasses import replace
from typing import assert_never

from mogplex_cli.store import journal_look
from mogplex_cli.store.journal_look import NOT_LOOKED, Look, LookFor
from mogplex_cli.store.timeline_view import Pointed, TimelineView
from mogplex_cli.store.ui_events import (
    JournalLookBegan,
    JournalLooked,
    JournalLookStopped,
    OlderAsked,
    OlderTold,
    TimelineFiltered,
    TimelinePointed,
    TimelineSearched,
)

TimelineUiEvent = (
    TimelineFiltered
    | TimelineSearched
    | TimelinePointed
    | OlderAsked
    | OlderTold
    | JournalLookBegan
    | JournalLooked
    | JournalLookStopped
)


def reduce_view(view: TimelineView, event: TimelineUiEvent, run_id: str) -> TimelineView:
    """The view after one fact; `run_id` is the run that is shown."""
    match event:
        case TimelineFiltered():
            return replace(view, filter=event.filter, searched=_forgotten(view.searched))
        case TimelineSearched():
            if event.text == view.search:
                return view
            return replace(view, search=event.text, searched=_forgotten(view.searched))
        case TimelinePointed():
            return replace(view, pointed=Pointed(event.entry, view.pointed.turn + 1 if view.pointed else 1))
        case OlderAsked():
            return replace(view, fetching=True)
        case OlderTold():
            if event.run_id != run_id:
                return view
            return replace(view, fetching=False, older=event.timeline or view.older)
        case JournalLookBegan():
            return _with(view, event.what, journal_look.begun(view.look(event.what), event.query))
        case JournalLooked():
            if event.run_id != run_id:
                return view
            stepped = journal_look.stepped(view.look(event.what), event.turn, event.step)
            return _with(view, event.what, stepped)
        case JournalLookStopped():
            return _with(view, event.what, journal_look.stopped(view.look(event.what)))
        case _:
            assert_never(event)


def _with(view: TimelineView, what: LookFor, look: Look) -> TimelineView:
    return replace(view, searched=look) if what == "search" else replace(view, landmarks=look)


def _forgotten(look: Look) -> Look:
    """What was found for another question means nothing."""
    return replace(NOT_LOOKED, turn=look.turn)
