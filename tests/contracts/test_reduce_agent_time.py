from mogplex_contracts.events.agent import AgentFinished, AgentStatusChanged
from mogplex_contracts.events.run import RunStatusChanged
from tests.support.story import Story, asked, decided, spawned, started


def now(status: str) -> AgentStatusChanged:
    return AgentStatusChanged(agent_id="agt_1", status=status)


def times(story: Story) -> tuple[int, int]:
    agent = story.state.agents["agt_1"]
    return agent.worked_ms, agent.waited_ms


def test_work_is_counted_from_one_status_to_the_next():
    assert times(Story(started(), spawned(), now("thinking"), now("editing"))) == (2000, 0)


def test_waiting_for_a_person_is_no_work():
    assert times(Story(started(), spawned(), now("editing"), asked(), decided("approved"))) == (2000, 1000)


def test_nobody_works_in_a_paused_run():
    story = Story(started(), spawned(), now("thinking"), RunStatusChanged(status="paused"))
    assert times(story) == (2000, 0)
    story.tell(RunStatusChanged(status="running"))
    assert times(story) == (2000, 0)
    story.tell(now("editing"))
    assert times(story) == (3000, 0)


def test_time_stands_still_after_the_end():
    story = Story(started(), spawned(), AgentFinished(agent_id="agt_1", status="completed"))
    story.tell(RunStatusChanged(status="completed"))
    assert times(story) == (1000, 0)
