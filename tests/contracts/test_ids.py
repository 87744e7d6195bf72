import re
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from mogplex_contracts.ids import EPOCH_MS, Prefix, make_id, new_id

PREFIXES: tuple[Prefix, ...] = get_args(Prefix)
END_MS = EPOCH_MS + 32**7 * 1000 // 16 - 1000
CLOCKS = st.integers(EPOCH_MS, END_MS)


@given(st.sampled_from(PREFIXES), st.integers(0, END_MS), st.integers(-(10**12), 10**12))
def test_an_id_is_its_prefix_and_twelve_plain_characters(prefix: Prefix, clock_ms: int, tail: int):
    assert re.fullmatch(rf"{prefix}_[0-9a-hjkmnp-tv-z]{{12}}", make_id(prefix, clock_ms, tail))


@given(CLOCKS, CLOCKS, st.integers(0, 32**5), st.integers(0, 32**5))
def test_ids_sort_by_time(first: int, second: int, one: int, other: int):
    if second - first >= 63:
        assert make_id("run", first, one) < make_id("run", second, other)


@given(CLOCKS, st.integers(0, 32**5 - 2))
def test_ids_of_one_moment_sort_by_their_tail(clock_ms: int, tail: int):
    assert make_id("evt", clock_ms, tail) < make_id("evt", clock_ms, tail + 1)


def test_fresh_ids_differ():
    assert len({new_id("cmd") for _ in range(500)}) > 495
