from dataclasses import replace

import pytest

from mogplex_cli.actions import ACTIONS
from mogplex_cli.actions.line import Asked, Refused, read_line
from mogplex_cli.actions.perform import attempt
from mogplex_cli.store.reduce import reduce
from mogplex_cli.store.selectors.waiting import shown
from mogplex_cli.store.state import CockpitState, Connection, Session
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import RunsListed, RunSummary
from mogplex_contracts.events.run import RunStarted, RunStatusChanged

RUN = "run_1v8x4qg7m2kd"


class FakeCockpit:
    def __init__(self, state=None):
        self.state = state or CockpitState(session=Session(cwd="/w", harness="demo"))
        self.sent = []
        self.written = []
        self.broken = ""

    def apply(self, *events):
        for event in events:
            self.state = reduce(self.state, event)

    async def send(self, command):
        if self.broken:
            raise TransportFailed(self.broken)
        self.sent.append(command)

    async def quit(self):
        self.sent.append("quit")

    def focus(self, target):
        self.written.append(target)

    def write_composer(self, text):
        self.written.append(text)

    def give_back(self, text):
        self.written.append(text)

    def composer_is_empty(self):
        return True

    def explain_permissions(self):
        return "mode approval"

    def log_out(self):
        return "signed out"


@pytest.fixture
def anyio_backend():
    return "asyncio"


def running(*more, **started):
    state = CockpitState(session=Session(cwd="/w", harness="demo"))
    start = {"task": "t", "cwd": "/w", "repo": "r", "harness": "demo", "permission_mode": "approval"}
    events = (RunStarted(**start | started), *more)
    for seq, event in enumerate(events, 1):
        state = reduce(state, event.model_copy(update={"seq": seq, "run_id": RUN}))
    return state


def test_every_action_stands_under_its_own_name():
    assert all(name == action.name for name, action in ACTIONS.items())


def test_no_slash_name_leads_to_two_actions():
    names = [name for action in ACTIONS.values() for name in action.slash]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("line", "name", "argument"),
    [
        ("/run fix the\ntests", "run", "fix the\ntests"),
        ("  /exit ", "quit", ""),
        ("/permissions auto", "permissions", "auto"),
        ("what about / here?", "message", "what about / here?"),
    ],
)
def test_a_line_is_read_as_what_it_asks_for(line, name, argument):
    asked = read_line(line)
    assert isinstance(asked, Asked)
    assert (asked.action.name, asked.argument) == (name, argument)


@pytest.mark.parametrize("line", ["/", "/nope", "/RUN x", "/home/ada is gone"])
def test_an_unknown_command_is_refused_and_names_the_way_on(line):
    asked = read_line(line)
    assert isinstance(asked, Refused) and "/help" in asked.reason


def test_a_command_in_capitals_is_recognised_in_the_refusal():
    asked = read_line("/RUN x")
    assert isinstance(asked, Refused) and "did you mean /run?" in asked.reason


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["agents", "mcp"])
async def test_a_name_that_nobody_has_is_told(name):
    cockpit = FakeCockpit(running())
    await attempt(cockpit, ACTIONS[name], "zeus")
    assert cockpit.state.notice is not None
    assert "is called zeus · there are none yet" in cockpit.state.notice.text


def test_an_empty_line_asks_for_nothing():
    assert read_line("  \n ") is None


@pytest.mark.parametrize(
    ("name", "argument", "said"),
    [
        ("run", "", "/run needs a task"),
        ("permissions", "yolo", "yolo is no permission mode"),
        ("pause", "now", "/pause takes nothing after it"),
        ("pause", "", "no run is active"),
        ("approvals", "", "nothing waits"),
    ],
)
def test_refusals_say_what_to_do(name, argument, said):
    assert said in (ACTIONS[name].refuse(CockpitState(), argument) or "")


def test_a_second_run_names_the_first_and_its_ways_out():
    reason = ACTIONS["run"].refuse(running(), "again") or ""
    assert RUN in reason and "/kill" in reason


@pytest.mark.parametrize(
    ("state", "ready"), [(running(), "pause"), (running(RunStatusChanged(status="paused")), "resume")]
)
def test_a_run_is_paused_or_resumed_but_not_both(state, ready):
    assert [name for name in ("pause", "resume") if ACTIONS[name].refuse(state, "") is None] == [ready]


def with_daemon(state, **session):
    return replace(state, connection=Connection("daemon", times=1), session=replace(state.session, **session))


def test_with_a_daemon_a_second_run_starts_beside_the_first():
    assert ACTIONS["run"].refuse(with_daemon(running()), "again") is None


@pytest.mark.parametrize("name", ["run", "message", "pause", "kill", "interrupt", "approve", "reject"])
def test_an_observer_changes_nothing_and_is_told_why(name):
    state = with_daemon(running(), observe=True)
    assert "only observes" in (ACTIONS[name].blocked(state) or "")


def test_an_observer_may_look_at_everything():
    state = with_daemon(running(), observe=True)
    assert [
        name for name in ("runs", "inbox", "attach", "quit", "help") if ACTIONS[name].blocked(state)
    ] == []


@pytest.mark.anyio
async def test_attaching_asks_for_the_whole_run_and_keeps_the_screen_until_it_comes():
    it = FakeCockpit(with_daemon(running(), observe=True))
    await attempt(it, ACTIONS["attach"], "run_2")
    assert [(sent.type, sent.run_id, sent.after_seq, sent.observe) for sent in it.sent] == [
        ("attach", "run_2", None, True)
    ]
    assert (it.state.starting, it.state.run.run_id) == ("run_2", RUN)


@pytest.mark.anyio
async def test_attach_without_a_name_opens_the_run_on_the_screen_anew():
    it = FakeCockpit(with_daemon(running()))
    await attempt(it, ACTIONS["attach"], "")
    assert it.sent[0].run_id == RUN


@pytest.mark.anyio
async def test_another_run_needs_the_daemon_and_says_what_to_type():
    it = FakeCockpit(running())
    await attempt(it, ACTIONS["attach"], "run_2")
    assert it.sent == [] and "mogplex-daemon start" in it.state.notice.text


@pytest.mark.parametrize("health", ["reconnect", "offline"])
def test_nothing_is_attached_or_decided_while_the_link_is_lost(health):
    state = replace(running(), connection=Connection("daemon", health))
    assert all(health in (ACTIONS[name].blocked(state) or "") for name in ("attach", "approve", "reject"))


@pytest.mark.anyio
async def test_a_decision_goes_to_the_run_that_asked():
    request = ApprovalRequested(
        approval_id="apr_9",
        action="run_command",
        target="ls",
        digest="d",
        risk="low",
        tool="t",
        agent_id="a",
    )
    listed = RunsListed(
        command_id="c", runs=(RunSummary(run_id="run_2", status="running", waiting=(request,)),)
    )
    it = FakeCockpit(reduce(with_daemon(running()), listed))
    await attempt(it, ACTIONS["reject"], shown("apr_9", "run_2", "other"))
    assert it.sent == [] and "changed" in it.state.notice.text
    await attempt(it, ACTIONS["reject"], shown("apr_9", "run_2", "d"))
    assert [(sent.run_id, sent.decision) for sent in it.sent] == [("run_2", "reject")]


@pytest.mark.anyio
async def test_a_run_that_cannot_start_says_so():
    it = FakeCockpit()
    it.broken = "no run host"
    await attempt(it, ACTIONS["run"], "fix it")
    assert (it.state.starting, it.state.notice.text) == ("", "no run host")


@pytest.mark.anyio
async def test_the_mode_chosen_goes_with_the_next_run():
    it = FakeCockpit()
    await attempt(it, ACTIONS["submit"], "/permissions auto")
    await attempt(it, ACTIONS["submit"], "/run fix it")
    assert it.sent[0].permission_mode == "auto"


@pytest.mark.anyio
async def test_a_decision_on_something_else_than_what_was_shown_is_not_sent():
    request = ApprovalRequested(
        approval_id="apr_1",
        action="run_command",
        target="ls",
        digest="new",
        risk="low",
        tool="t",
        agent_id="a",
    )
    it = FakeCockpit(running(request))
    await attempt(it, ACTIONS["approve"], shown("apr_1", RUN, "old"))
    assert it.sent == [] and "changed" in it.state.notice.text
    await attempt(it, ACTIONS["approve"], shown("apr_1", RUN, "new"))
    assert it.sent[0].choices[0].digest == "new"


@pytest.mark.anyio
async def test_picking_an_action_that_needs_words_begins_its_line():
    it = FakeCockpit()
    await attempt(it, ACTIONS["choose"], "run")
    assert it.written == ["composer", "/run "] and it.sent == []


def ended(*capabilities):
    started = RunStarted(
        task="t", cwd="/w", repo="r", harness="native", permission_mode="approval", capabilities=capabilities
    )
    state = CockpitState(session=Session(cwd="/w", harness="demo"))
    for seq, event in enumerate((started, RunStatusChanged(status="failed")), 1):
        state = reduce(state, event.model_copy(update={"seq": seq, "run_id": RUN}))
    return state


@pytest.mark.anyio
async def test_an_ended_run_is_continued_with_the_harness_that_drove_it():
    cockpit = FakeCockpit(ended("resume"))
    await attempt(cockpit, ACTIONS["continue"], "mind the tests")
    (start,) = cockpit.sent
    assert (start.continues, start.harness, start.task) == (RUN, "native", "mind the tests")
    cockpit = FakeCockpit(ended("resume"))
    await attempt(cockpit, ACTIONS["continue"], "run_other")
    (other,) = cockpit.sent
    assert (other.continues, other.harness, other.task) == (
        "run_other",
        "demo",
        "Go on where the work stopped.",
    )


@pytest.mark.anyio
async def test_a_run_that_cannot_be_taken_up_says_so():
    cockpit = FakeCockpit(ended("pause"))
    await attempt(cockpit, ACTIONS["continue"], "")
    assert "cannot take its work up" in cockpit.state.notice.text
    assert cockpit.sent == []


@pytest.mark.parametrize("name, needs", [("pause", "pause"), ("message", "steer"), ("choose_model", "model")])
def test_what_an_agent_cannot_do_is_not_offered(name, needs):
    unable = running(harness="acp:old", capabilities=("cost",))
    assert (ACTIONS[name].blocked(unable) or "").startswith("acp:old ")
    for capabilities in ((needs,), None):
        able = running(harness="acp:old", capabilities=capabilities)
        assert ACTIONS[name].blocked(able) is None
