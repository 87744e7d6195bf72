from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai.messages import (
    FinalResultEvent,
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
)

from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, Reasoning, ReasoningDelta
from mogplex_daemon.harness.loop.translate import StreamTranslation

CALL = ToolCallPart("read_file", '{"path":"a"}', tool_call_id="c1")
RECORDED = [
    PartStartEvent(index=0, part=ThinkingPart("hm ")),
    PartDeltaEvent(index=0, delta=ThinkingPartDelta(content_delta="ok")),
    PartDeltaEvent(index=0, delta=ThinkingPartDelta(signature_delta="sig")),
    PartEndEvent(index=0, part=ThinkingPart("hm ok")),
    PartStartEvent(index=1, part=TextPart("hello ")),
    FinalResultEvent(tool_name=None, tool_call_id=None),
    PartDeltaEvent(index=1, delta=TextPartDelta("you")),
    PartEndEvent(index=1, part=TextPart("hello you")),
    PartStartEvent(index=2, part=CALL),
    PartDeltaEvent(index=2, delta=ToolCallPartDelta(args_delta=" ")),
    PartEndEvent(index=2, part=CALL),
]


def translation() -> StreamTranslation:
    numbers = count(1)
    return StreamTranslation("agt_1", lambda: f"msg_{next(numbers)}")


def test_a_recorded_response_becomes_live_pieces_and_whole_texts():
    stream = translation()
    assert [made for event in RECORDED for made in stream.feed(event)] == [
        ReasoningDelta(agent_id="agt_1", message_id="msg_1", text="hm "),
        ReasoningDelta(agent_id="agt_1", message_id="msg_1", text="ok"),
        Reasoning(agent_id="agt_1", message_id="msg_1", text="hm ok"),
        AssistantDelta(agent_id="agt_1", message_id="msg_2", text="hello "),
        AssistantDelta(agent_id="agt_1", message_id="msg_2", text="you"),
        AssistantMessage(agent_id="agt_1", message_id="msg_2", text="hello you"),
    ]
    assert stream.close() == []


def test_a_stream_that_breaks_off_loses_nothing_that_was_seen():
    stream = translation()
    for event in RECORDED[:2]:
        stream.feed(event)
    assert stream.close() == [Reasoning(agent_id="agt_1", message_id="msg_1", text="hm ok")]


def test_an_empty_text_is_no_message():
    stream = translation()
    assert stream.feed(PartStartEvent(index=0, part=TextPart(""))) == []
    assert stream.feed(PartEndEvent(index=0, part=TextPart(""))) == []


@given(st.lists(st.text(min_size=1), min_size=1))
def test_the_whole_text_is_its_pieces_in_order(pieces: list[str]):
    stream = translation()
    made = stream.feed(PartStartEvent(index=0, part=TextPart(pieces[0])))
    for piece in pieces[1:]:
        made += stream.feed(PartDeltaEvent(index=0, delta=TextPartDelta(piece)))
    whole = stream.close()
    assert [delta.text for delta in made] == pieces
    assert [message.text for message in whole] == (["".join(pieces)] if "".join(pieces).strip() else [])
