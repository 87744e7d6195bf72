from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.events.tool import ToolFinished
from mogplex_contracts.state.timeline import CHUNK_ENTRIES, WINDOW_CHUNKS
from tests.support.story import Story, called, started

ENTRIES = 5_000


def test_the_window_stays_bounded_and_knows_what_fell_out():
    story = Story(called("call_old"))
    story.tell(*(UserMessage(message_id=f"msg_{n}", text=str(n)) for n in range(1, ENTRIES)))
    timeline = story.state.timeline
    assert timeline.count == ENTRIES
    assert CHUNK_ENTRIES * (WINDOW_CHUNKS - 1) < timeline.kept <= CHUNK_ENTRIES * WINDOW_CHUNKS
    assert timeline.first == ENTRIES - timeline.kept == len(range(timeline.first))
    assert [entry.index for entry in timeline.entries()] == list(range(timeline.first, ENTRIES))
    assert timeline.get(timeline.first - 1) is None
    assert timeline.get(ENTRIES) is None
    assert timeline.get(-1) is None
    for index in (timeline.first, timeline.first + CHUNK_ENTRIES, ENTRIES - 1):
        assert timeline.get(index).subject == str(index)


def test_the_end_of_a_call_whose_entry_fell_out_closes_the_call():
    story = Story(called("call_old"))
    story.tell(*(UserMessage(message_id="m", text="x") for _ in range(CHUNK_ENTRIES * (WINDOW_CHUNKS + 1))))
    before = story.state.timeline
    story.tell(ToolFinished(call_id="call_old", outcome="ok"))
    assert story.state.calls == {}
    assert story.state.timeline is before


def test_changing_an_entry_leaves_all_others_as_they_are():
    story = Story(started(), *(UserMessage(message_id="m", text="x") for _ in range(100)), called())
    story.tell(*(UserMessage(message_id="m", text="x") for _ in range(100)))
    before = story.entries
    story.tell(ToolFinished(call_id="call_1", outcome="ok"))
    changed = [old.index for old, new in zip(before, story.entries, strict=True) if old != new]
    assert changed == [101]
