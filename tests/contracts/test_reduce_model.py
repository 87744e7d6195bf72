from mogplex_contracts.events.agent import AgentFinished
from mogplex_contracts.events.model import ModelChanged, ModelRouted
from tests.support.story import Story, spawned, started


def test_the_run_changes_its_model():
    story = Story(started(), spawned(), ModelChanged(to="opus", from_model="haiku", reason="a person asked"))
    assert story.state.model == "opus"
    assert story.state.agents["agt_1"].model == "m"
    assert (story.last.subject, story.last.label, story.last.note) == (
        "haiku → opus",
        "model",
        "a person asked",
    )


def test_agents_on_the_model_of_the_run_follow_it_unless_they_have_ended():
    story = Story(
        started(),
        spawned("agt_1"),
        spawned("agt_2"),
        AgentFinished(agent_id="agt_2", status="completed"),
        ModelChanged(to="opus", from_model="m"),
    )
    assert [agent.model for agent in story.state.agents.values()] == ["opus", "m"]


def test_one_agent_is_routed_to_another_model():
    story = Story(started(), spawned(), ModelRouted(to="opus", agent_id="agt_1", reason="context 81 %"))
    assert story.state.model is None
    assert story.state.agents["agt_1"].model == "opus"
    assert (story.last.subject, story.last.label) == ("opus", "route")
