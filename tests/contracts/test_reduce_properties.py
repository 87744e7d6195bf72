from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.events import Event
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.reduce import reduce, replay
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.digest import digest
from mogplex_contracts.state.message import Live
from tests.support.strategies import FACTS, LINKS, facts, instances, journals

ANY_EVENT = st.sampled_from((*FACTS, *LINKS)).flatmap(lambda kind: facts(kind) | instances(kind))


def stored(state: RunState) -> RunState:
    """The state as a checkpoint keeps it."""
    return RunState.model_validate_json(state.model_dump_json())


def without_live(state: RunState) -> RunState:
    return evolve(state, live=Live())


@settings(max_examples=150)
@given(st.lists(ANY_EVENT, max_size=25))
def test_no_order_of_events_makes_it_raise(events: list[Event]):
    state = replay(events)
    assert state.missing >= 0
    stored(state)


@settings(max_examples=100)
@given(journals(), st.lists(st.integers(0, 30), max_size=4))
def test_any_batches_of_the_same_order_give_the_same_state(events: list[Event], cuts: list[int]):
    places = [0, *sorted(cuts), len(events)]
    state = RunState()
    for start, end in pairwise(places):
        state = stored(replay(events[start:end], state))
    assert digest(state) == digest(replay(events))


@settings(max_examples=100)
@given(journals())
def test_hearing_it_all_twice_is_hearing_it_once(events: list[Event]):
    journaled = [event for event in events if event.seq is not None]
    once = replay(journaled)
    assert replay(journaled + journaled) == once
    assert replay(each for event in journaled for each in (event, event)) == once
    assert once.missing == 0
    assert once.last_seq == len(journaled)


@settings(max_examples=100)
@given(journals())
def test_a_state_comes_back_from_json_as_it_went(events: list[Event]):
    state = replay(events)
    assert stored(state) == without_live(state)
    assert digest(stored(state)) == digest(state)


@settings(max_examples=60)
@given(journals())
def test_lines_reduce_to_what_their_events_reduce_to(events: list[Event]):
    assert replay(decode_event(encode(event)) for event in events) == replay(events)


@settings(max_examples=60)
@given(journals(4), journals(4))
def test_digests_are_equal_exactly_when_states_are(one: list[Event], other: list[Event]):
    first, second = replay(one), replay(other)
    assert (digest(first) == digest(second)) == (without_live(first) == without_live(second))


@given(st.sets(st.integers(1, 40), min_size=1))
def test_a_gap_is_counted_and_goes_on(seqs: set[int]):
    state = replay(UserMessage(seq=seq, message_id="m", text="t") for seq in sorted(seqs))
    assert state.missing == max(seqs) - len(seqs)
    assert state.timeline.count == len(seqs)


def test_an_older_event_changes_nothing():
    state = replay([UserMessage(seq=2, message_id="m", text="t")])
    assert reduce(state, UserMessage(seq=1, message_id="m", text="late")) is state
