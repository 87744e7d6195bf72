import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_contracts.events.run import Limits
from mogplex_contracts.limits import KINDS, ceiling, figure, raised, spent
from mogplex_contracts.state.usage import AgentUsage, Usage


def used(tokens: int, cost: float, turns: int) -> Usage:
    return Usage(total=AgentUsage(input_tokens=tokens, cost_usd=cost), turns=turns)


@given(
    limit=st.floats(0.01, 1e6),
    cost=st.floats(0, 1e7),
    tokens=st.integers(0, 10**9),
    turns=st.integers(0, 10**6),
)
def test_a_raise_lifts_one_limit_above_itself_and_above_what_is_spent(
    limit: float, cost: float, tokens: int, turns: int
):
    limits = Limits(max_cost_usd=limit, max_tokens=int(limit) + 1, max_steps=int(limit) + 1)
    usage = used(tokens, cost, turns)
    for kind in KINDS:
        higher = raised(limits, kind, usage)
        assert ceiling(higher, kind) > ceiling(limits, kind)
        assert ceiling(higher, kind) > spent(usage, kind) or spent(usage, kind) == 0
        assert all(ceiling(higher, each) == ceiling(limits, each) for each in KINDS if each != kind)


def test_a_limit_that_is_not_set_stays_so():
    assert raised(Limits(), "tokens", used(10, 1.0, 1)) == Limits()


@pytest.mark.parametrize(
    ("kind", "text"), [("cost_usd", "$1,234.50"), ("tokens", "1,234"), ("steps", "1,234")]
)
def test_figures_read_as_what_they_count(kind: str, text: str):
    assert figure(kind, 1234.5 if kind == "cost_usd" else 1234) == text
