"""The cockpit's reducer, pure: run events go to the contracts' reducer, its own facts are handled here."""

from dataclasses import replace
from typing import assert_never

from mogplex_cli.store.state import CockpitState, Connection, Decided, Drawer, Notice
from mogplex_cli.store.ui_events import (
    AlertTurned,
    ClockTicked,
    ComposerEdited,
    ComposerRefused,
    ConnectionChanged,
    DecisionNotSent,
    DecisionSent,
    DrawerClosed,
    DrawerOpened,
    LineSent,
    NoticeCleared,
    NoticeShown,
    PermissionModeChosen,
    RunNotStarted,
    RunRequested,
    SessionDescribed,
    UiEvent,
)
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, Snapshot
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.run import RunStarted, RunStatusChanged
from mogplex_contracts.reduce import reduce as reduce_run
from mogplex_contracts.state import RunState
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES

HISTORY_LINES = 500


def reduce(state: CockpitState, event: Event | UiEvent) -> CockpitState:
    """The state after one event of the run or of the cockpit."""
    return _run_event(state, event) if isinstance(event, EventBase) else _ui_event(state, event)


def _run_event(state: CockpitState, event: Event) -> CockpitState:
    if event.run_id and state.starting and event.run_id != state.starting:
        return state
    state = replace(state, run=reduce_run(state.run, event))
    match event:
        case RunStarted():
            return replace(state, starting="")
        case RunStatusChanged() if event.status in FINAL_RUN_STATUSES:
            return _queue_closes(replace(state, deciding={}))
        case ApprovalRequested():
            return _queue_surfaces(replace(state, alert_turn=0))
        case ApprovalResolved():
            return _queue_closes(_undecide(state, (event.approval_id,)))
        case Snapshot():
            return _queue_surfaces(_queue_closes(replace(state, starting="")))
        case CommandAccepted() if event.message:
            return replace(state, notice=Notice(event.message))
        case CommandRejected():
            theirs = [key for key, sent in state.deciding.items() if sent.command_id == event.command_id]
            return replace(_undecide(state, theirs), notice=Notice(event.reason, "error"))
        case Error(seq=None, code="journal_blocked"):
            return replace(state, trouble=event.message)
        case Error(seq=None):
            return replace(state, notice=Notice(event.message, "error"))
        case Diagnostic(seq=None):
            trouble = "" if event.code == "journal_unblocked" else state.trouble
            return replace(state, trouble=trouble, notice=Notice(event.message, "warning"))
        case _:
            return state


def _queue_surfaces(state: CockpitState) -> CockpitState:
    """The approval drawer opens by itself when something waits, but never over a line being typed."""
    if state.drawer is not None or not state.composer.empty or not state.run.approvals.pending:
        return state
    return replace(state, drawer=Drawer("approval", surfaced=True))


def _queue_closes(state: CockpitState) -> CockpitState:
    """The approval drawer closes by itself when nothing waits any more."""
    if state.drawer is None or state.drawer.name != "approval" or state.run.approvals.pending:
        return state
    return replace(state, drawer=None)


def _undecide(state: CockpitState, approval_ids: list[str] | tuple[str, ...]) -> CockpitState:
    if not any(key in state.deciding for key in approval_ids):
        return state
    return replace(
        state, deciding={key: sent for key, sent in state.deciding.items() if key not in approval_ids}
    )


def _ui_event(state: CockpitState, event: UiEvent) -> CockpitState:
    match event:
        case SessionDescribed():
            return replace(state, session=event.session)
        case PermissionModeChosen():
            return replace(
                state, session=replace(state.session, permission_mode=event.mode, mode_chosen=True)
            )
        case ConnectionChanged():
            return replace(state, connection=Connection(event.transport, event.health, event.reason))
        case DrawerOpened():
            return replace(state, drawer=Drawer(event.name, event.argument))
        case DrawerClosed():
            return replace(state, drawer=None)
        case NoticeShown():
            return replace(state, notice=Notice(event.text, event.tone))
        case NoticeCleared():
            return replace(state, notice=None)
        case ComposerRefused():
            return replace(state, composer=replace(state.composer, error=event.error))
        case ComposerEdited():
            return replace(state, composer=replace(state.composer, empty=event.empty))
        case LineSent():
            history = state.composer.history
            if not history or history[-1] != event.line:
                history = (*history, event.line)[-HISTORY_LINES:]
            return replace(state, composer=replace(state.composer, history=history, error=""), notice=None)
        case RunRequested():
            return replace(
                state, run=RunState(), starting=event.run_id, deciding={}, drawer=None, notice=None
            )
        case RunNotStarted():
            if state.starting != event.run_id:
                return state
            return replace(state, starting="", notice=Notice(event.message, "error"))
        case DecisionSent():
            sent = Decided(event.command_id, event.decision)
            return replace(state, deciding={**state.deciding, **dict.fromkeys(event.approval_ids, sent)})
        case DecisionNotSent():
            theirs = [key for key, sent in state.deciding.items() if sent.command_id == event.command_id]
            return replace(_undecide(state, theirs), notice=Notice(event.reason, "error"))
        case ClockTicked():
            return replace(state, now=event.now)
        case AlertTurned():
            return replace(state, alert_turn=state.alert_turn + 1)
        case _:
            assert_never(event)
