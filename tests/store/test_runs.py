from collections.abc import Sequence
from dataclasses import replace

import pytest

from mogplex_cli.store.away import Seen
from mogplex_cli.store.reduce import reduce
from mogplex_cli.store.selectors.alerts import all_alerts
from mogplex_cli.store.selectors.approvals import select_inbox
from mogplex_cli.store.selectors.attention import select_attention
from mogplex_cli.store.selectors.facts import clock_is_read, no_deciding, staleness
from mogplex_cli.store.selectors.footer import select_footer
from mogplex_cli.store.selectors.runs import select_runs
from mogplex_cli.store.state import CockpitState, Connection, Session
from mogplex_cli.store.ui_events import (
    AttachRequested,
    ClockTicked,
    ConnectionChanged,
    DecisionSent,
    DrawerOpened,
    RunNotStarted,
    RunRequested,
    UiEvent,
)
from mogplex_contracts.clock import format_ts
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import (
    CommandAccepted,
    CommandRejected,
    Heartbeat,
    RunsListed,
    RunSummary,
    Snapshot,
)
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.digest import digest
from mogplex_contracts.vocabulary import ConnectionHealth, Risk, RunStatus
from tests.support.story import Story, asked, called, spawned, started

NOW = 1_767_225_600.0
LOST = ConnectionChanged("daemon", "reconnect")
BACK = ConnectionChanged("daemon", "nominal")


def state_after(*events: Event | UiEvent, run: RunState | None = None) -> CockpitState:
    state = CockpitState(
        run=run or RunState(), connection=Connection("daemon"), session=Session(repo="acme"), now=NOW
    )
    for event in events:
        state = reduce(state, event)
    return state


def waits(approval_id: str, risk: Risk, second: int) -> ApprovalRequested:
    return evolve(asked(approval_id), risk=risk, ts=format_ts(NOW + second), digest=f"of {approval_id}")


def listed(*runs: RunSummary) -> RunsListed:
    return RunsListed(command_id="cmd_1", runs=runs)


def other(
    run_id: str = "run_2", status: RunStatus = "running", waiting: Sequence[ApprovalRequested] = ()
) -> RunSummary:
    return RunSummary(run_id=run_id, status=status, task="t", repo="billing", waiting=tuple(waiting))


def snapshot(run: RunState) -> Snapshot:
    return Snapshot(run_id=run.run_id, at_seq=run.last_seq, state=run)


def heartbeat(run: RunState, at_seq: int | None = None) -> Heartbeat:
    return Heartbeat(run_id=run.run_id, at_seq=at_seq or run.last_seq, digest=digest(run))


def test_runs_are_grouped_by_what_they_ask_and_the_riskiest_comes_first() -> None:
    state = state_after(
        listed(
            other("run_5", waiting=[waits("apr_1", "low", 0)]),
            other("run_4", "completed"),
            other("run_3"),
            other("run_2", waiting=[waits("apr_2", "low", 1), waits("apr_3", "high", 2)]),
        )
    )
    props = select_runs(state)
    assert [row.run_id for row in props.needs_you] == ["run_2", "run_5"]
    assert (props.needs_you[0].risk, props.needs_you[0].waiting) == ("high", 2)
    assert [row.run_id for row in props.working] == ["run_3"]
    assert [row.run_id for row in props.done] == ["run_4"]
    assert props.done[0].cost_usd is None


def test_the_run_on_the_screen_is_listed_as_it_is_there() -> None:
    state = state_after(listed(other("run_1")), run=Story(started("mend it")).state)
    (row,) = select_runs(state).working
    assert (row.shown, row.task) == (True, "mend it")


@pytest.mark.parametrize(("transport", "hint"), [("daemon", False), ("process", True), ("stdio", True)])
def test_without_a_daemon_the_list_says_what_it_would_take(transport: str, hint: bool) -> None:
    state = state_after(ConnectionChanged(transport, "nominal"))
    assert ("mogplex-daemon start" in select_runs(state).hint) == hint
    assert ("mogplex-daemon start" in select_inbox(state).hint) == hint


def test_the_inbox_has_the_riskiest_first_and_of_those_the_oldest() -> None:
    first, second = waits("apr_1", "medium", 5), waits("apr_2", "high", 9)
    third = waits("apr_3", "medium", 1)
    state = state_after(listed(other("run_2", waiting=[first, second]), other("run_3", waiting=[third])))
    assert [item.approval_id for item in select_inbox(state).items] == ["apr_2", "apr_3", "apr_1"]


def test_each_item_of_the_inbox_and_each_run_names_what_drives_it() -> None:
    runs = [
        evolve(other(f"run_{name}", waiting=[waits(f"apr_{name}", "low", 0)]), harness=name)
        for name in ("codex", "claude-code", "demo", "acp:opencode")
    ]
    state = state_after(listed(*runs))
    named = {"codex", "claude-code", "offline demo", "opencode"}
    assert {item.who for item in select_inbox(state).items} == named
    assert {row.harness for row in select_runs(state).needs_you} == named
    assert all(item.sentence.startswith(f"{item.who} in ") for item in select_inbox(state).items)


def test_the_badge_of_the_inbox_counts_what_the_inbox_lists() -> None:
    mine = Story(started("mend it"), asked("apr_mine")).state
    state = state_after(listed(other(waiting=[waits("apr_1", "low", 0), waits("apr_2", "low", 1)])), run=mine)
    assert select_footer(state).inbox == len(select_inbox(state).items) == 3
    assert select_footer(state).waiting == 1
    state = reduce(state, DecisionSent("cmd_1", ("apr_1",), "approve"))
    left = [item for item in select_inbox(state).items if item.deciding is None]
    assert select_footer(state).inbox == len(left) == 2
    assert select_footer(state_after(listed(), run=mine)).inbox == 0


def test_what_waits_elsewhere_is_an_alert_and_a_badge_until_it_is_answered() -> None:
    state = state_after(listed(other(waiting=[waits("apr_1", "high", 0)])))
    assert [(alert.tone, alert.opens) for alert in all_alerts(state)] == [("danger", "inbox")]
    assert select_footer(state).inbox == 1
    state = reduce(state, DecisionSent("cmd_1", ("apr_1",), "approve"))
    assert (all_alerts(state), select_footer(state).inbox) == ((), 0)


def test_a_decision_for_another_run_is_confirmed_by_the_list() -> None:
    waiting = waits("apr_1", "low", 0)
    state = state_after(listed(other(waiting=[waiting])), DecisionSent("cmd_1", ("apr_1",), "approve"))
    state = reduce(state, listed(other(waiting=[waiting])))
    assert "apr_1" in state.deciding
    assert reduce(state, listed(other())).deciding == {}


def test_a_late_decision_is_told_with_its_time() -> None:
    at = format_ts(NOW)
    rejected = CommandRejected(
        command_id="cmd_1", code="already_decided", reason=f"already approved by ada at {at}", decided_at=at
    )
    notice = state_after(rejected).notice
    assert notice is not None
    assert (notice.tone, notice.at) == ("warning", at)


def test_a_new_run_leaves_the_working_one_on_the_screen_until_it_speaks() -> None:
    story = Story(started("first"))
    state = state_after(RunRequested("run_2"), run=story.state)
    assert state.run.task == "first"
    state = reduce(state, evolve(spawned(), run_id="run_1", seq=2))
    assert state.run.last_seq == 2
    state = reduce(state, CommandAccepted(command_id="cmd_1", message="run_2"))
    assert state.notice is None
    state = reduce(state, evolve(started("second"), run_id="run_2", seq=1))
    assert (state.run.task, state.run.missing, state.starting) == ("second", 0, "")
    assert state.seen["run_1"].seq == 2


def test_a_run_that_cannot_be_opened_leaves_the_one_on_the_screen_alone() -> None:
    run = Story(started("first")).state
    state = state_after(AttachRequested("run_9"), RunNotStarted("run_9", "there is no run_9"), run=run)
    assert (state.run, state.starting) == (run, "")
    assert reduce(state, evolve(spawned(), run_id="run_1", seq=2)).run.last_seq == 2


def test_what_a_run_that_was_left_still_says_changes_nothing() -> None:
    first = Story(started("first")).state
    second = evolve(first, run_id="run_2", task="second")
    state = state_after(AttachRequested("run_2"), snapshot(second), run=first)
    assert reduce(state, evolve(spawned(), run_id="run_1", seq=2)).run == second


def test_a_link_that_is_lost_while_a_run_is_opened_says_so_and_waits_for_nothing() -> None:
    state = state_after(AttachRequested("run_2"), LOST)
    assert state.starting == ""
    assert state.notice is not None and "run_2" in state.notice.text


@pytest.mark.parametrize("health", ["connecting", "reconnect", "degraded", "offline"])
def test_while_the_link_is_not_in_order_the_view_has_an_age_and_nothing_is_decided(
    health: ConnectionHealth,
) -> None:
    run = Story(started(), spawned()).state
    state = state_after(BACK, ConnectionChanged("daemon", health), ClockTicked(NOW + 12), run=run)
    stale = staleness(state)
    assert stale is not None
    assert (stale.seq, stale.seconds, stale.health) == (2, 12, health)
    assert no_deciding(state) is not None
    later = reduce(state, ConnectionChanged("daemon", "offline"))
    assert staleness(reduce(later, ClockTicked(NOW + 15))) == stale._replace(seconds=15, health="offline")
    assert staleness(reduce(later, BACK)) is None and no_deciding(reduce(later, BACK)) is None


def test_a_run_that_has_ended_and_a_stream_that_has_ended_are_not_behind() -> None:
    ended = Story(started(), RunStatusChanged(status="completed")).state
    assert staleness(state_after(LOST, run=ended)) is None
    running = Story(started()).state
    state = state_after(ConnectionChanged("stdio", "offline"), run=running)
    assert (staleness(state), no_deciding(state)) == (None, None)


def test_the_clock_is_read_only_while_something_shows_it() -> None:
    state = state_after()
    assert not clock_is_read(state)
    assert clock_is_read(reduce(state, DrawerOpened("runs")))


def test_heartbeats_say_whether_both_sides_are_in_step() -> None:
    story = Story(started(), spawned())
    state = state_after(run=story.state)
    assert select_footer(state).in_step == 0
    state = reduce(state, heartbeat(story.state))
    assert select_footer(state).in_step == 2
    state = reduce(state, Heartbeat(run_id="run_1", at_seq=9, digest="of something not there yet"))
    assert select_footer(state).in_step == 2


def test_a_difference_names_where_it_lies_until_the_run_is_opened_anew() -> None:
    story = Story(started(), spawned())
    state = state_after(heartbeat(story.state), run=story.state)
    state = reduce(state, evolve(spawned("agt_2", 2), run_id="run_1", seq=3))
    state = reduce(state, Heartbeat(run_id="run_1", at_seq=3, digest="another"))
    assert select_footer(state).in_step == 0
    told = all_alerts(state)[0].text
    assert told == "out of step with the host: the first event that differs is @3 agent_spawned"
    state = reduce(state, heartbeat(state.run))
    assert all_alerts(state)
    state = reduce(state, snapshot(state.run))
    assert all_alerts(state) == ()
    assert select_footer(reduce(state, heartbeat(state.run))).in_step == 3


def test_a_difference_that_is_found_later_names_the_first_event_that_can_be_it() -> None:
    story = Story(started(), spawned())
    state = state_after(heartbeat(story.state), run=story.state)
    for event in (called(), called("call_2")):
        state = reduce(state, evolve(event, run_id="run_1", seq=state.run.last_seq + 1))
    state = reduce(state, Heartbeat(run_id="run_1", at_seq=4, digest="another"))
    told = all_alerts(state)[0].text
    assert told == "out of step with the host: equal before @3 tool_started · found at @4"
    opened = state_after(snapshot(story.state), Heartbeat(run_id="run_1", at_seq=2, digest="another"))
    assert all_alerts(opened)[0].text == "out of step with the host at @2"


def test_an_event_that_is_lost_is_named_as_the_first_that_differs() -> None:
    story = Story(started(), spawned())
    state = state_after(heartbeat(story.state), run=story.state)
    state = reduce(state, evolve(called(), run_id="run_1", seq=4))
    state = reduce(state, Heartbeat(run_id="run_1", at_seq=4, digest="another"))
    told = all_alerts(state)[0].text
    assert told == "out of step with the host: equal before @3, which never came · found at @4"


def test_after_a_lost_link_what_happened_is_told_when_all_of_it_is_there() -> None:
    story = Story(started())
    state = state_after(BACK, LOST, BACK, run=story.state)
    state = reduce(state, evolve(spawned(), run_id="run_1", seq=2))
    assert state.notice is None
    state = reduce(state, heartbeat(state.run))
    assert state.notice is not None and state.notice.text == "while you were away: 1 event"
    assert reduce(replace(state, notice=None), heartbeat(state.run)).notice is None


def test_a_run_seen_in_another_session_tells_what_happened_since() -> None:
    story = Story(started())
    state = replace(state_after(), seen={"run_1": Seen.of(story.state)})
    state = reduce(state, snapshot(story.tell(spawned())))
    assert state.notice is not None and state.notice.text == "while you were away: 1 event"


def test_what_calls_is_over_all_runs_and_counts_no_answered_one() -> None:
    state = state_after(
        listed(other("run_2", waiting=[waits("apr_1", "low", 0)]), other("run_3", "failed")),
        run=Story(started(), asked("apr_2")).state,
    )
    props = select_attention(state)
    assert list(props.waiting) == ["apr_2", "apr_1"]
    assert list(props.ended) == ["run_3"]
    answered = reduce(state, DecisionSent("cmd_1", ("apr_2",), "approve"))
    assert list(select_attention(answered).waiting) == ["apr_1"]
