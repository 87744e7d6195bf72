import pytest

from mogplex_contracts.events.tool import ToolFinished, ToolOutput
from mogplex_contracts.state.message import LIVE_TAIL_CHARACTERS
from mogplex_contracts.state.timeline import DETAIL_CHARACTERS
from mogplex_contracts.vocabulary import ToolOutcome
from tests.support.story import Story, called, decided, spawned, started


def calling() -> Story:
    return Story(started(), spawned(), called())


def test_a_call_in_flight_is_known_with_its_entry():
    story = calling()
    call = story.state.calls["call_1"]
    assert (call.target, call.started_at, call.entry) == ("pnpm test", story.now, story.last.index)
    assert story.last.status == "running"


@pytest.mark.parametrize("outcome", ["ok", "error", "denied", "interrupted"])
def test_its_end_closes_its_entry(outcome: ToolOutcome):
    story = calling()
    story.tell(ToolFinished(call_id="call_1", outcome=outcome, output="done", duration_ms=12))
    (entry,) = story.of("tool")
    assert (entry.status, entry.duration_ms, entry.detail) == (outcome, 12, "done")
    assert entry.note == ("" if outcome == "ok" else outcome)
    assert story.state.calls == {}


def test_an_exit_status_is_what_is_noted():
    story = calling()
    story.tell(ToolFinished(call_id="call_1", outcome="error", exit_code=2))
    assert story.last.note == "exit 2"


def test_who_allowed_it_stays_above_the_output():
    story = calling()
    story.tell(
        decided("auto_approved", call_id="call_1"), ToolFinished(call_id="call_1", outcome="ok", output="hi")
    )
    assert story.last.detail == "auto approved\nhi"


def test_live_output_grows_keeps_its_end_and_goes_with_the_call():
    story = calling()
    story.tell(
        ToolOutput(call_id="call_1", text="a" * LIVE_TAIL_CHARACTERS), ToolOutput(call_id="call_1", text="bc")
    )
    text = story.state.live.outputs["call_1"].text
    assert (len(text), text[-3:]) == (LIVE_TAIL_CHARACTERS, "abc")
    story.tell(ToolFinished(call_id="call_1", outcome="ok"))
    assert story.state.live.outputs == {}


def test_output_of_a_call_that_does_not_run_is_dropped():
    story = Story(started(), ToolOutput(call_id="call_9", text="late"))
    assert story.state.live.outputs == {}


def test_an_end_without_a_beginning_changes_nothing():
    story = Story(started())
    before = story.state.timeline
    story.tell(ToolFinished(call_id="call_9", outcome="ok", output="x"))
    assert story.state.timeline is before


def test_detail_is_bounded():
    story = calling()
    story.tell(ToolFinished(call_id="call_1", outcome="ok", output="x" * 100_000))
    assert len(story.last.detail) == DETAIL_CHARACTERS
    assert story.last.detail.endswith("…")
