from dataclasses import replace

import pytest

from mogplex_cli.store.reduce import reduce
from mogplex_cli.store.selectors.alerts import all_alerts, select_alerts
from mogplex_cli.store.selectors.approvals import select_approvals
from mogplex_cli.store.selectors.context import select_context
from mogplex_cli.store.selectors.diff import diff_sources
from mogplex_cli.store.selectors.header import select_header
from mogplex_cli.store.selectors.timeline import select_timeline
from mogplex_cli.store.state import CockpitState, Session
from mogplex_cli.store.ui_events import AlertTurned, ClockTicked, ComposerEdited, DecisionSent, DrawerClosed
from mogplex_contracts.clock import format_ts
from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.patch import PatchedFile, WorkspaceDiff
from mogplex_contracts.events.run import RunStarted, RunStatusChanged
from mogplex_contracts.events.tool import Artifact
from mogplex_contracts.events.usage import UsageReported

START = 1_767_269_070.0
RUN = "run_1v8x4qg7m2kd"


def state_of(*events, state=None):
    state = state or CockpitState(session=Session(repo="acme", harness="demo", model="scripted"))
    for seq, event in enumerate(events, state.run.last_seq + 1):
        journaled = hasattr(event, "seq")
        state = reduce(state, event.model_copy(update={"seq": seq, "run_id": RUN}) if journaled else event)
    return state


def started(**fields):
    return RunStarted(
        ts=format_ts(START),
        task="t",
        cwd="/w",
        repo="acme",
        harness="demo",
        permission_mode="approval",
        **fields,
    )


def asked(approval_id="apr_1", risk="medium", **fields):
    return ApprovalRequested(
        ts=format_ts(START + 10),
        approval_id=approval_id,
        action="run_command",
        target=fields.pop("target", "ls"),
        risk=risk,
        tool="run_command",
        agent_id="agt_1",
        **fields,
    )


def resolved(approval_id="apr_1"):
    return ApprovalResolved(
        approval_id=approval_id,
        decision="approved",
        action="run_command",
        target="ls",
        risk="medium",
        tool="run_command",
        agent_id="agt_1",
    )


def test_an_approval_opens_the_drawer_and_the_last_decision_closes_it():
    state = state_of(started(), asked(), asked("apr_2"))
    assert state.drawer is not None and state.drawer.surfaced
    state = state_of(resolved(), state=state)
    assert state.drawer is not None
    assert state_of(resolved("apr_2"), state=state).drawer is None


def test_an_approval_never_opens_the_drawer_over_a_line_being_typed():
    assert state_of(ComposerEdited(False), started(), asked()).drawer is None


def test_the_drawer_closes_when_the_run_ends():
    assert state_of(started(), asked(), RunStatusChanged(status="killed")).drawer is None


def test_high_risk_comes_first_among_the_alerts():
    state = replace(state_of(started(), asked(), asked("apr_2", "high", target="rm x")), drawer=None)
    texts = [alert.text for alert in all_alerts(state)]
    assert texts == ["1 high-risk approval waits · run_command rm x", "1 approval waits · run_command ls"]


def test_alerts_go_when_their_condition_does():
    state = state_of(started(), asked("apr_1", "high"))
    assert all_alerts(state)
    assert all_alerts(state_of(resolved(), state=state)) == ()


def test_what_was_answered_is_no_alert_any_more():
    state = state_of(started(), asked("apr_1", "high"), DecisionSent("cmd_1", ("apr_1",), "approve"))
    assert all_alerts(state) == ()


def test_alerts_take_turns_and_a_new_approval_is_first_again():
    state = state_of(started(), asked(), DrawerClosed())
    state = replace(state, session=replace(state.session, problems=("permissions.json line 3",)))
    assert select_alerts(state).place == 1
    state = state_of(AlertTurned(), state=state)
    assert select_alerts(state).alert.text == "permissions.json line 3"
    state = state_of(asked("apr_2", "high"), state=state)
    assert select_alerts(state).alert.tone == "danger"


def test_elapsed_counts_while_the_run_is_active_and_stands_when_it_ended():
    state = state_of(started(), ClockTicked(START + 83))
    assert select_header(state).elapsed_s == 83
    state = state_of(RunStatusChanged(ts=format_ts(START + 90), status="completed"), state=state)
    assert select_header(state_of(ClockTicked(START + 500), state=state)).elapsed_s == 90


def test_the_demo_is_always_named():
    assert select_header(CockpitState(session=Session(harness="demo"))).harness == "offline demo"
    assert select_header(state_of(started())).harness == "offline demo"


@pytest.mark.parametrize(("costs", "shown", "unpriced"), [((None,), None, True), ((0.2, None), 0.2, True)])
def test_unknown_prices_stay_unknown(costs, shown, unpriced):
    agent = AgentSpawned(agent_id="agt_1", number=1, name="atlas", role="architect")
    reports = (UsageReported(agent_id="agt_1", input_tokens=5, cost_usd=cost) for cost in costs)
    state = state_of(started(), agent, *reports)
    header, rail = select_header(state), select_context(state)
    assert (header.cost_usd, header.unpriced) == (shown, unpriced)
    assert rail.costs[0].cost_usd == shown


def test_nothing_an_agent_writes_reaches_the_terminal_as_a_control_character():
    state = state_of(started(), asked(target="echo \x1b[2Jhi\u202e", detail="echo \x1b[2Jhi\u202e"))
    item = select_approvals(state).items[0]
    assert "\x1b" not in item.target + item.detail
    assert "␛[2Jhi⟨U+202E⟩" in item.detail


def test_selectors_give_equal_values_for_equal_states():
    state = state_of(started(), asked())
    assert select_timeline(state) == select_timeline(replace(state, alert_turn=9))


def test_what_is_dirty_here_is_not_said_of_a_run_elsewhere():
    here = CockpitState(session=Session(cwd="/w", dirty=True))
    assert select_header(here).dirty is True
    assert select_header(state_of(started(), state=here)).dirty is True
    elsewhere = CockpitState(session=Session(cwd="/other", dirty=True))
    assert select_header(state_of(started(), state=elsewhere)).dirty is None


def test_the_sandbox_of_the_run_is_in_the_header():
    assert select_header(CockpitState()).sandbox is None
    assert select_header(state_of(started(sandbox="partial"))).sandbox == "partial"


def test_the_runs_diff_is_the_newest_one_and_fit_to_be_shown():
    file = PatchedFile(path="a\x1b[2Jb.py", change="update", added=2, removed=1)
    first = WorkspaceDiff(turn=1, files=(file, file), diff="old")
    last = WorkspaceDiff(
        turn=2,
        files=(file,),
        more_files=3,
        diff="+\x1b]0;x\x07",
        artifact=Artifact(path="artifacts/d", bytes=9),
    )
    assert diff_sources(state_of(started())) == ()
    (shown,) = diff_sources(state_of(started(), first, last))
    assert (shown.key, shown.status, shown.who) == ("run", "applied", "the whole run")
    assert "artifacts/d" in shown.note
    assert "+" in shown.diff and "\x1b" not in shown.diff


def test_what_no_agent_asks_for_is_asked_by_the_project():
    item = select_approvals(state_of(started(), asked().model_copy(update={"agent_id": ""}))).items[0]
    assert item.sentence == "the project wants to run a command"
