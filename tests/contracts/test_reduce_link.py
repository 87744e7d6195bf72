import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_contracts.events.link import CommandAccepted, Heartbeat, Snapshot
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from tests.support.story import Story, started
from tests.support.strategies import LINKS, instances


def test_a_snapshot_replaces_the_state():
    state = Story(started("theirs")).state
    assert reduce(Story(started("ours")).state, Snapshot(at_seq=1, state=state)) is state


@pytest.mark.parametrize("event", [CommandAccepted(command_id="c"), Heartbeat(at_seq=3)])
def test_other_answers_change_nothing(event: CommandAccepted | Heartbeat):
    state = Story(started()).state
    assert reduce(state, event) is state


@given(st.sampled_from(LINKS).flatmap(instances))
def test_no_answer_of_a_host_makes_it_raise(event: Heartbeat):
    reduce(RunState(), event)
