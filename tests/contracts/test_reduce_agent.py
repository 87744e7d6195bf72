from mogplex_contracts.events.agent import AgentFinished, AgentPlanUpdated, AgentStatusChanged, PlanStep
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.state.timeline import CHUNK_ENTRIES, WINDOW_CHUNKS
from tests.support.story import Story, spawned, started


def plan(*marks: str) -> AgentPlanUpdated:
    return AgentPlanUpdated(
        agent_id="agt_1", steps=tuple(PlanStep(text=f"step {n}", status=mark) for n, mark in enumerate(marks))
    )


def test_agents_stand_in_the_order_they_came():
    state = Story(started(), spawned("agt_b", 1), spawned("agt_a", 2)).state
    assert list(state.agents) == ["agt_b", "agt_a"]
    assert state.agents["agt_a"].status == "starting"


def test_what_an_agent_does_now_is_no_timeline_entry():
    story = Story(started(), spawned())
    before = story.state.timeline.count
    story.tell(AgentStatusChanged(agent_id="agt_1", status="editing", action="writing a.py"))
    assert story.state.agents["agt_1"].action == "writing a.py"
    assert story.state.timeline.count == before


def test_a_newer_plan_replaces_the_one_before_in_its_place():
    story = Story(started(), spawned(), plan("in_progress", "pending"), plan("done", "in_progress"))
    (entry,) = story.of("plan")
    assert entry.subject == "plan · 2 steps, 1 done"
    assert entry.detail == "✓ step 0\n◆ step 1"
    assert [step.status for step in story.state.agents["agt_1"].plan] == ["done", "in_progress"]


def test_a_plan_whose_entry_has_fallen_out_is_told_anew():
    story = Story(started(), spawned(), plan("pending"))
    story.tell(*(UserMessage(message_id="m", text="x") for _ in range(CHUNK_ENTRIES * (WINDOW_CHUNKS + 1))))
    assert story.of("plan") == []
    story.tell(plan("done"))
    assert story.last.kind == "plan"
    assert story.state.agents["agt_1"].plan_entry == story.last.index


def test_the_end_of_an_agent_says_how_and_what_came_of_it():
    story = Story(started(), spawned(), AgentFinished(agent_id="agt_1", status="failed", summary="no luck"))
    agent = story.state.agents["agt_1"]
    assert (agent.status, agent.summary, agent.action, agent.ended_at) == ("failed", "no luck", "", story.now)
    assert (story.last.status, story.last.subject) == ("error", "no luck")


def test_an_agent_nobody_knows_changes_nothing():
    story = Story(started())
    story.tell(AgentStatusChanged(agent_id="agt_9", status="editing"), plan("done"))
    assert story.state.agents == {}
