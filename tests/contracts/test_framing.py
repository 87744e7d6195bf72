import tracemalloc
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mogplex_contracts.framing import Line, LineSplitter, Oversized

LINES = st.lists(st.binary(max_size=30).map(lambda data: data.replace(b"\n", b" ")), max_size=8)


def feed_all(stream: bytes, cuts: list[int], max_bytes: int) -> list[Line | Oversized]:
    splitter = LineSplitter(max_bytes)
    places = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    found = [line for start, end in pairwise(places) for line in splitter.feed(stream[start:end])]
    rest = splitter.finish()
    return found if rest is None else [*found, rest]


@given(LINES, st.binary(max_size=30), st.lists(st.integers(0, 10_000), max_size=12), st.integers(1, 40))
def test_it_does_not_matter_in_which_pieces_bytes_arrive(
    lines: list[bytes], torn: bytes, cuts: list[int], max_bytes: int
):
    stream = b"".join(line + b"\n" for line in lines) + torn
    whole = feed_all(stream, [], max_bytes)
    assert feed_all(stream, cuts, max_bytes) == whole
    pieces = stream.split(b"\n")
    for line in whole:
        piece = pieces[line.number - 1]
        match line:
            case Line():
                assert line.data == piece
                assert len(piece) <= max_bytes
            case Oversized():
                assert line.size == len(piece) > max_bytes
    silent = set(range(1, len(pieces) + 1)) - {line.number for line in whole}
    assert all(not pieces[number - 1].strip() for number in silent)


def test_an_oversized_line_is_counted_and_costs_no_memory():
    splitter = LineSplitter(max_bytes=1024)
    piece = b"x" * 4096
    tracemalloc.start()
    try:
        for _ in range(4096):
            assert splitter.feed(piece) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * 1024
    assert splitter.feed(b"\nafter\n") == [Oversized(1, 4096 * 4096), Line(2, b"after")]


def test_a_line_of_exactly_the_limit_is_kept():
    splitter = LineSplitter(max_bytes=4)
    assert splitter.feed(b"1234\n12345\n") == [Line(1, b"1234"), Oversized(2, 5)]


def test_what_stands_after_the_last_newline_is_torn():
    splitter = LineSplitter()
    assert splitter.feed(b"whole\nto") == [Line(1, b"whole")]
    assert splitter.feed(b"rn") == []
    assert splitter.finish() == Line(2, b"torn")
    assert splitter.finish() is None


def test_empty_lines_are_counted_and_left_out():
    assert LineSplitter().feed(b"\n \r\na\n\n") == [Line(3, b"a")]
