"""The cockpit's reducer, pure: run events go to the contracts' reducer, its own facts are handled here."""

from dataclasses import replace
from typing import assert_never

from mogplex_cli.store import past
from mogplex_cli.store.away import Seen, away, told
from mogplex_cli.store.history import with_line
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import (
    CockpitState,
    Connection,
    Decided,
    Drawer,
    FoundFiles,
    Notice,
    Step,
    Tone,
)
from mogplex_cli.store.timeline_reduce import reduce_view
from mogplex_cli.store.timeline_view import TimelineView
from mogplex_cli.store.ui_events import (
    AlertTurned,
    AttachRequested,
    ClockTicked,
    CommandsLoaded,
    ComposerEdited,
    ComposerRefused,
    ConnectionChanged,
    DecisionNotSent,
    DecisionSent,
    DrawerClosed,
    DrawerOpened,
    ExportTold,
    FilesFound,
    HarnessChosen,
    HistoryLoaded,
    JournalLookBegan,
    JournalLooked,
    JournalLookStopped,
    LineSent,
    ModelChosen,
    ModelsRead,
    MouseGiven,
    NoticeCleared,
    NoticeShown,
    OlderAsked,
    OlderTold,
    PastLeft,
    PastMoved,
    PastOpened,
    PermissionModeChosen,
    PermissionsRead,
    RepositoryMemoryRead,
    RulesOffered,
    RunNotStarted,
    RunRequested,
    SessionDescribed,
    SignInTold,
    ThemeChosen,
    TimelineFiltered,
    TimelinePointed,
    TimelineSearched,
    UiEvent,
    WholeFileRead,
)
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved, RuleRevoked
from mogplex_contracts.events.link import (
    CommandAccepted,
    CommandRejected,
    Heartbeat,
    History,
    Ready,
    RunsListed,
    RunSummary,
    Snapshot,
)
from mogplex_contracts.events.memory import MemoryDeleted
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.run import RunStarted, RunStatusChanged
from mogplex_contracts.reduce import reduce as reduce_run
from mogplex_contracts.remember import allowing, no_longer_allowing, rule_scope
from mogplex_contracts.state import RunState
from mogplex_contracts.state.digest import digest
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES

ANSWERS = (Ready, CommandAccepted, CommandRejected, RunsListed, History)
"""What answers this client, whichever run it is about."""


def reduce(state: CockpitState, event: Event | UiEvent) -> CockpitState:
    """The state after one event of the run or of the cockpit."""
    return _run_event(state, event) if isinstance(event, EventBase) else _ui_event(state, event)


def _run_event(state: CockpitState, event: Event) -> CockpitState:
    if _is_of_another_run(state, event):
        return state
    if state.run.run_id not in ("", event.run_id) and _opens(state, event):
        state = _left(state)
    before, state = state, replace(state, run=reduce_run(state.run, event))
    if not state.step.suspect and (event.seq or 0) > before.run.last_seq:
        state = _suspecting(before.run.last_seq + 1, state, event)
    match event:
        case RunStarted():
            return replace(state, starting="")
        case RunStatusChanged() if event.status in FINAL_RUN_STATUSES:
            return _caught_up(_queue_closes(replace(state, deciding={})))
        case ApprovalRequested():
            return _queue_surfaces(replace(state, alert_turn=0))
        case ApprovalResolved():
            return _queue_closes(_undecide(_remembered(state, event), (event.approval_id,)))
        case RuleRevoked() if state.permissions is not None:
            left = no_longer_allowing(state.permissions, event.pattern, rule_scope(event.source))
            return replace(state, permissions=left)
        case Snapshot():
            return _snapshot(before, state)
        case Heartbeat() if event.at_seq == state.run.last_seq:
            return _caught_up(_compared(state, event))
        case RunsListed():
            return _runs_listed(state, event.runs)
        # A run that was started is told by its id, which is on the screen.
        case CommandAccepted() if event.message not in ("", state.starting, state.run.run_id):
            return replace(state, notice=Notice(event.message))
        case CommandRejected():
            theirs = [key for key, sent in state.deciding.items() if sent.command_id == event.command_id]
            tone: Tone = "warning" if event.decided_at else "error"
            notice = Notice(event.reason, tone, at=event.decided_at or "")
            return replace(_undecide(state, theirs), notice=notice)
        case MemoryDeleted() if state.memory is not None and state.memory.repo == state.run.repo:
            kept = tuple(each for each in state.memory.entries if each.key != event.key)
            return replace(state, memory=replace(state.memory, entries=kept))
        case Error(seq=None, code="journal_blocked"):
            return replace(state, trouble=event.message)
        case Error(seq=None):
            return replace(state, notice=Notice(event.message, "error"))
        case Diagnostic(seq=None):
            trouble = "" if event.code == "journal_unblocked" else state.trouble
            return replace(state, trouble=trouble, notice=Notice(event.message, "warning"))
        case _:
            return state


def _is_of_another_run(state: CockpitState, event: Event) -> bool:
    """Whether it tells of a run that is neither shown nor asked for, as one that was just left may do."""
    if not event.run_id or event.run_id in (state.starting, state.run.run_id) or isinstance(event, ANSWERS):
        return False
    return bool(state.starting) or (bool(state.run.run_id) and not isinstance(event, Snapshot))


def _opens(state: CockpitState, event: Event) -> bool:
    """Whether with it the run it tells of takes the place of the one that is shown."""
    return isinstance(event, Snapshot) or (bool(state.starting) and event.run_id == state.starting)


def _left(state: CockpitState) -> CockpitState:
    """The run that is shown gives way to another; how far it was seen is kept."""
    return replace(
        state,
        run=RunState(),
        seen=_seen(state),
        deciding={},
        step=Step(),
        catching_up=False,
        trouble="",
        past=None,
        view=TimelineView(),
    )


def _seen(state: CockpitState) -> dict[str, Seen]:
    run = state.run
    return {**state.seen, run.run_id: Seen.of(run)} if run.last_seq else state.seen


def _snapshot(before: CockpitState, state: CockpitState) -> CockpitState:
    """All of a run at once: what happened since it was last seen is told."""
    seen = (_seen(before) if before.run.run_id == state.run.run_id else before.seen).get(state.run.run_id)
    state = replace(state, starting="", step=Step(), catching_up=False)
    return _queue_surfaces(_queue_closes(_tell_away(state, seen)))


def _caught_up(state: CockpitState) -> CockpitState:
    """Everything that happened while the link was lost is there."""
    if not state.catching_up or state.connection.health != "nominal":
        return state
    return _tell_away(replace(state, catching_up=False), state.seen.get(state.run.run_id))


def _tell_away(state: CockpitState, seen: Seen | None) -> CockpitState:
    news = away(seen, state.run) if seen and state.connection.transport != "stdio" else None
    return replace(state, notice=Notice(told(news))) if news else state


def _compared(state: CockpitState, heartbeat: Heartbeat) -> CockpitState:
    """Compare with the host's state at the same event. Found to differ once, it differs until it is replaced."""
    if not heartbeat.digest or state.step.differs_at:
        return state
    if heartbeat.digest == digest(state.run):
        return replace(state, step=Step(heartbeat.at_seq))
    return replace(state, step=replace(state.step, differs_at=heartbeat.at_seq), alert_turn=0)


def _suspecting(due: int, state: CockpitState, event: Event) -> CockpitState:
    """Remember the first event after both sides were equal; `due`: its seq, which it has unless it is lost."""
    suspect = f"@{due} {event.type}" if event.seq == due else f"@{due}, which never came"
    return replace(state, step=replace(state.step, suspect=suspect))


def _runs_listed(state: CockpitState, runs: tuple[RunSummary, ...]) -> CockpitState:
    """The daemon's runs. A decision for a run that is not shown is confirmed by what waits no more."""
    waiting = {*state.run.approvals.pending, *(each.approval_id for run in runs for each in run.waiting)}
    state = _decided_elsewhere(replace(state, runs=runs))
    return _undecide(state, [key for key in state.deciding if key not in waiting])


def _decided_elsewhere(state: CockpitState) -> CockpitState:
    """Diffs of another run are those that wait there: when none does any more, the inbox is shown again."""
    drawer = state.drawer
    if drawer is None or drawer.name != "diff" or not drawer.run_id:
        return state
    asked = (each for run in state.runs or () if run.run_id == drawer.run_id for each in run.waiting)
    return (
        state
        if any(each.action == "apply_patch" for each in asked)
        else replace(state, drawer=Drawer("inbox"))
    )


def _queue_surfaces(state: CockpitState) -> CockpitState:
    """The approval drawer opens by itself when something waits, but never over a line being typed."""
    busy = state.drawer is not None or state.past is not None or not state.composer.empty
    if busy or not state.run.approvals.pending:
        return state
    return replace(state, drawer=Drawer("approval", surfaced=True))


def _queue_closes(state: CockpitState) -> CockpitState:
    """The approval drawer closes by itself when nothing waits any more."""
    if state.drawer is None or state.drawer.name != "approval" or state.run.approvals.pending:
        return state
    return replace(state, drawer=None)


def _remembered(state: CockpitState, event: ApprovalResolved) -> CockpitState:
    """What the files say now that a rule was written into one of them."""
    rule = event.remembered
    if rule is None or state.permissions is None or rule.source == "run":
        return state
    layers = allowing(state.permissions, rule.patterns, rule_scope(rule.source), rule.origin)
    return replace(state, permissions=layers)


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
            return _connection(state, event)
        case DrawerOpened():
            return replace(state, drawer=Drawer(event.name, event.argument, event.run_id), remembering=None)
        case DrawerClosed():
            return replace(state, drawer=None, remembering=None)
        case NoticeShown():
            return replace(state, notice=Notice(event.text, event.tone))
        case NoticeCleared():
            return replace(state, notice=None)
        case ComposerRefused():
            return replace(state, composer=replace(state.composer, error=event.error))
        case ComposerEdited():
            return replace(state, composer=replace(state.composer, empty=event.empty))
        case LineSent():
            history = with_line(state.composer.history, event.line)
            return replace(state, composer=replace(state.composer, history=history, error=""), notice=None)
        case RunRequested():
            shown = state if run_is_active(state) else _left(state)
            return replace(shown, starting=event.run_id, drawer=None, notice=None)
        case AttachRequested():
            return replace(state, starting=event.run_id, drawer=None, notice=None)
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
        case FilesFound():
            found = FoundFiles(event.query, event.paths)
            return replace(state, composer=replace(state.composer, files=found))
        case HistoryLoaded():
            lines = event.lines
            for line in state.composer.history:
                lines = with_line(lines, line)
            return replace(state, composer=replace(state.composer, history=lines, history_read=True))
        case CommandsLoaded():
            return replace(state, commands=event.commands)
        case ModelsRead():
            return replace(state, models=event.catalog)
        case ModelChosen():
            return replace(state, session=replace(state.session, model=event.model))
        case RepositoryMemoryRead():
            return replace(state, memory=event.memory)
        case HarnessChosen():
            # A model that was meant for another harness is not carried over.
            kept = None if state.session.harness else state.session.model
            chosen = replace(state.session, harness=event.harness, model=event.model or kept)
            return replace(state, session=chosen)
        case SignInTold():
            return replace(state, signing_in=event.signing_in)
        case ThemeChosen():
            return replace(state, theme=event.theme)
        case PastOpened():
            return replace(state, past=past.opened(event.base, event.events, event.at_seq), drawer=None)
        case PastMoved():
            return replace(state, past=past.moved(state.past, event.at_seq)) if state.past else state
        case PastLeft():
            return replace(state, past=None)
        case RulesOffered():
            return replace(state, remembering=event.remembering)
        case PermissionsRead():
            return replace(state, permissions=event.layers, permission_problems=event.problems)
        case WholeFileRead():
            return replace(state, whole_file=event.file)
        case ExportTold():
            return replace(state, export=event.export)
        case (
            TimelineFiltered()
            | TimelineSearched()
            | TimelinePointed()
            | OlderAsked()
            | OlderTold()
            | JournalLookBegan()
            | JournalLooked()
            | JournalLookStopped()
        ):
            return replace(state, view=reduce_view(state.view, event, state.run.run_id))
        case MouseGiven():
            return replace(state, mouse=event.to_cockpit)
        case _:
            assert_never(event)


def _connection(state: CockpitState, event: ConnectionChanged) -> CockpitState:
    """The link's condition; when it is lost, how far the run was seen is kept."""
    before = state.connection
    after = Connection(event.transport, event.health, event.reason, times=before.times)
    if event.health == "nominal":
        return replace(state, connection=replace(after, times=before.times + 1))
    if before.health != "nominal":
        return replace(state, connection=replace(after, since=before.since))
    state = replace(
        state,
        connection=replace(after, since=state.now),
        seen=_seen(state),
        catching_up=bool(state.run.last_seq),
    )
    if not state.starting:
        return state
    lost = f"the link was lost while {state.starting} was being opened · /runs tells how it is"
    return replace(state, starting="", notice=Notice(lost, "warning"))
