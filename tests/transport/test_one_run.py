from pathlib import Path

import pytest

from mogplex_cli.transport.one_run import UNNAMED, OneRun
from mogplex_contracts.codec import decode_event
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import CommandAccepted, Snapshot
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.reduce import reduce
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import Timeline, TimelineEntry
from tests.support.story import spawned, started

GOLDEN = sorted((Path(__file__).parents[2] / "contracts" / "examples").glob("*.jsonl"))


def told(*events: Event) -> RunState:
    one, state = OneRun(), RunState()
    for event in events:
        for admitted in one.admit(event):
            state = reduce(state, admitted)
    return state


def said(text: str, run_id: str = "", seq: int | None = None) -> UserMessage:
    return UserMessage(run_id=run_id, seq=seq, message_id=text, text=text)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_whole_journal_is_left_as_it_is(path: Path) -> None:
    one = OneRun()
    for line in path.read_bytes().splitlines():
        event = decode_event(line)
        assert one.admit(event) == (event,)


def test_a_run_that_says_no_name_gets_one() -> None:
    state = told(started("mend it"), spawned())
    assert (state.run_id, state.task, len(state.agents)) == (UNNAMED, "mend it", 1)


def test_a_stream_that_begins_in_the_middle_shows_a_run_and_says_what_is_missing() -> None:
    state = told(said("hello", "run_1", seq=8), said("again", "run_1", seq=9))
    assert (state.run_id, state.status, state.missing, state.timeline.count) == ("run_1", "running", 7, 2)


def test_events_that_say_no_name_belong_to_the_run_that_is_shown() -> None:
    state = told(evolve(started(), run_id="run_1"), said("hello"))
    assert (state.run_id, state.timeline.count) == ("run_1", 2)


def test_a_run_that_begins_replaces_the_one_before_it() -> None:
    first = (evolve(started("one"), run_id="run_1", seq=1), said("hello", "run_1", seq=2))
    state = told(*first, evolve(started("two"), run_id="run_2", seq=1), said("hi", "run_2", seq=2))
    assert (state.run_id, state.task, state.timeline.count, state.missing) == ("run_2", "two", 2, 0)


def test_a_second_run_without_a_name_replaces_the_first() -> None:
    state = told(started("one"), said("hello"), started("two"))
    assert (state.task, state.timeline.count) == ("two", 1)


def test_a_journaled_beginning_that_comes_again_changes_nothing() -> None:
    beginning = evolve(started("one"), run_id="run_1", seq=1)
    state = told(beginning, said("hello", "run_1", seq=2), beginning)
    assert state.timeline.count == 2


def test_events_of_another_run_are_left_out() -> None:
    one = OneRun()
    one.admit(evolve(started(), run_id="run_1"))
    assert one.admit(said("psst", "run_2")) == ()
    assert one.run_id == "run_1"


def test_answers_of_a_connection_pass_before_and_within_a_run() -> None:
    one = OneRun()
    answer = CommandAccepted(command_id="cmd_1", run_id="run_9")
    assert one.admit(answer) == (answer,)
    assert one.run_id == ""


def test_a_snapshot_without_a_name_gets_one_and_is_gone_on_from() -> None:
    state = told(Snapshot(state=RunState(task="mend it")), said("hello"))
    assert (state.run_id, state.task, state.timeline.count) == (UNNAMED, "mend it", 1)


@pytest.mark.parametrize(
    "timeline",
    [
        Timeline(count=2, chunks=((TimelineEntry(index=0, seq=1, ts="", kind="user", subject="a"),),)),
        Timeline(count=0, chunks=((TimelineEntry(index=0, seq=1, ts="", kind="user", subject="a"),),)),
        Timeline(
            count=2,
            chunks=tuple(
                (TimelineEntry(index=index, seq=1, ts="", kind="user", subject="a"),) for index in (0, 1)
            ),
        ),
    ],
)
def test_a_snapshot_whose_timeline_contradicts_itself_is_refused(timeline: Timeline) -> None:
    with pytest.raises(InvalidLine, match=r"state\.timeline"):
        OneRun().admit(Snapshot(state=RunState(timeline=timeline)))
