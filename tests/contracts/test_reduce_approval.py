import pytest

from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.agent import AgentFinished
from mogplex_contracts.events.approval import RememberedRule
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state.approval import RESOLVED_KEPT
from mogplex_contracts.vocabulary import Decision
from tests.support.story import WHY, Story, asked, called, decided, spawned, started


def waiting() -> Story:
    return Story(started(), spawned(), called(), asked())


def test_what_waits_stands_in_the_queue_and_the_agent_says_so():
    story = waiting()
    assert list(story.state.approvals.pending) == ["apr_1"]
    assert story.state.agents["agt_1"].status == "waiting_for_approval"
    assert story.state.agents["agt_1"].action == "run_command pnpm test"
    assert (story.last.kind, story.last.status, story.last.detail) == ("approval", "waiting", WHY.explanation)


@pytest.mark.parametrize(
    ("decision", "status"), [("approved", "ok"), ("rejected", "denied"), ("expired", "expired")]
)
def test_a_decision_closes_the_entry_that_waited(decision: Decision, status: str):
    story = waiting()
    story.tell(evolve(decided(decision), by=Operator(client_id="cli_1", label="ada"), note="go on"))
    (entry,) = story.of("approval")
    assert (entry.status, entry.note, entry.detail) == (status, decision, f"{decision} · by ada · go on")
    assert story.state.approvals.pending == {}
    assert story.state.approvals.counts == {decision: 1}
    assert story.state.agents["agt_1"].status == "calling_tool"


def test_what_a_rule_allowed_is_told_at_the_call_and_adds_no_entry():
    story = Story(started(), spawned(), called())
    story.tell(decided("auto_approved", call_id="call_1", why=evolve(WHY, explanation="bash:* allows")))
    (entry,) = story.of("tool")
    assert entry.detail == "auto approved · bash:* allows"
    assert story.of("approval") == []
    assert story.state.approvals.counts == {"auto_approved": 1}


def test_what_a_rule_denied_is_an_entry_that_names_the_rule():
    story = Story(started(), spawned(), called())
    story.tell(decided("auto_rejected", call_id="call_1", why=evolve(WHY, explanation="bash:rm * denies")))
    assert (story.last.kind, story.last.status) == ("approval", "denied")
    assert "bash:rm * denies" in story.last.detail


def test_a_remembered_rule_is_told():
    rule = RememberedRule(pattern="bash:pnpm test*", source="project", origin="/p.json")
    story = waiting()
    story.tell(evolve(decided("approved"), remembered=rule))
    assert story.last.detail == "approved · remembered as bash:pnpm test* (project)"


def test_an_agent_with_two_questions_waits_until_both_are_decided():
    story = waiting()
    story.tell(asked("apr_2"), decided("approved", "apr_1"))
    assert story.state.agents["agt_1"].status == "waiting_for_approval"
    story.tell(decided("approved", "apr_2"))
    assert story.state.agents["agt_1"].status == "calling_tool"


def test_a_late_decision_brings_no_ended_agent_back():
    story = waiting()
    story.tell(AgentFinished(agent_id="agt_1", status="killed"), decided("expired"))
    assert story.state.agents["agt_1"].status == "killed"


def test_only_the_newest_decisions_are_kept_and_all_are_counted():
    story = Story(started())
    story.tell(*(decided("auto_rejected", f"apr_{n}") for n in range(RESOLVED_KEPT + 5)))
    resolved = story.state.approvals.resolved
    assert (len(resolved), resolved[0].approval_id) == (RESOLVED_KEPT, "apr_5")
    assert story.state.approvals.counts == {"auto_rejected": RESOLVED_KEPT + 5}
