from mogplex_contracts.events.message import (
    AssistantDelta,
    AssistantMessage,
    Reasoning,
    ReasoningDelta,
    UserMessage,
)
from mogplex_contracts.state.timeline import DETAIL_CHARACTERS, SUBJECT_CHARACTERS
from tests.support.story import Story, spawned, started


def test_what_is_being_written_is_live_until_it_is_complete():
    story = Story(started(), spawned())
    story.tell(
        AssistantDelta(agent_id="agt_1", message_id="msg_1", text="Hel"),
        ReasoningDelta(agent_id="agt_1", message_id="msg_2", text="hm"),
        AssistantDelta(agent_id="agt_1", message_id="msg_1", text="lo"),
    )
    live = story.state.live.messages
    assert live["msg_1"].text == "Hello" and not live["msg_1"].reasoning
    assert live["msg_2"].text == "hm" and live["msg_2"].reasoning
    assert story.of("message") == []
    story.tell(
        AssistantMessage(agent_id="agt_1", message_id="msg_1", text="Hello there"),
        Reasoning(agent_id="agt_1", message_id="msg_2", text="hm."),
    )
    assert story.state.live.messages == {}
    assert [(entry.kind, entry.subject) for entry in story.entries[-2:]] == [
        ("message", "Hello there"),
        ("reasoning", "hm."),
    ]


def test_what_a_person_says_is_an_entry():
    story = Story(started(), UserMessage(message_id="msg_1", text="and the tests?"))
    assert (story.last.kind, story.last.label, story.last.subject) == ("user", "you", "and the tests?")


def test_long_text_is_bounded_in_the_timeline():
    story = Story(started(), AssistantMessage(agent_id="agt_1", message_id="m", text="x" * 100_000))
    assert len(story.last.subject) == SUBJECT_CHARACTERS
    assert len(story.last.detail) == DETAIL_CHARACTERS
