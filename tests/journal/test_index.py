from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_daemon.journal.index import BLOCK_LINES, CHUNK_BYTES, SeqIndex, skip_lines


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=3),
    st.lists(st.sampled_from([0, 1, 100, 1_000, CHUNK_BYTES]), min_size=1, max_size=5),
    st.data(),
)
def test_it_knows_where_the_event_after_any_seq_begins(
    tmp_path_factory: pytest.TempPathFactory, batches: list[int], sizes: list[int], data: st.DataObject
):
    journal = tmp_path_factory.getbasetemp() / "index.jsonl"
    index, lines = SeqIndex(), list[bytes]()
    for batch in batches:
        new = [b"x" * sizes[(len(lines) + number) % len(sizes)] for number in range(batch)]
        assert index.add(new) == sum(len(line) + 1 for line in new)
        lines += new
    journal.write_bytes(b"".join(line + b"\n" for line in lines))
    assert index.last_seq == len(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for after in {0, len(lines) - 1, data.draw(st.integers(0, max(0, len(lines) - 1)))}:
        if 0 <= after < len(lines):
            offset, skip = index.before(after)
            assert skip < BLOCK_LINES
            assert skip_lines(journal, offset, skip) == starts[after]


def test_carriage_returns_end_no_line(tmp_path_factory: pytest.TempPathFactory):
    journal = tmp_path_factory.getbasetemp() / "returns.jsonl"
    journal.write_bytes(b"a\rb\r\nc\nd\n")
    assert skip_lines(journal, 0, 1) == 5
    assert skip_lines(journal, 0, 2) == 7


def test_skipping_past_the_end_stays_at_the_end(tmp_path_factory: pytest.TempPathFactory):
    journal = tmp_path_factory.getbasetemp() / "short.jsonl"
    journal.write_bytes(b"a\nb\n")
    assert skip_lines(journal, 0, 99) == 4
