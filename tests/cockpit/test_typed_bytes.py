from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.cockpit.typed_bytes import PASTE_BEGINS, PASTE_ENDS, TypedBytes

PIECES = st.lists(
    st.sampled_from(
        [PASTE_BEGINS, PASTE_ENDS, "\x1b", "\x1b[", "\x1b[20", "a", "é", "\r", "\x1b[31m", "0~", "~"]
    ),
    max_size=12,
)


def read_all(data: bytes, cuts: list[int]) -> str:
    typed = TypedBytes()
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    parts = [typed.read(data[a:b]) for a, b in pairwise(places)]
    return "".join(parts) + typed.read(b"", final=True)


@given(PIECES, st.lists(st.integers(0, 1_000), max_size=8))
def test_it_does_not_matter_in_which_pieces_bytes_come(pieces: list[str], cuts: list[int]):
    data = "".join(pieces).encode()
    assert read_all(data, cuts) == read_all(data, [])


def test_what_is_typed_stays_as_it_is():
    assert read_all("aé\x1b[A\x1b[<0;5;5M".encode(), [1, 2, 5]) == "aé\x1b[A\x1b[<0;5;5M"


def test_an_escape_in_a_paste_begins_no_key():
    pasted = f"{PASTE_BEGINS}one\x1b[31m\rtwo{PASTE_ENDS}\x1b[A"
    assert read_all(pasted.encode(), []) == f"{PASTE_BEGINS}one␛[31m\rtwo{PASTE_ENDS}\x1b[A"


def test_bytes_that_are_no_text_are_a_mark():
    assert read_all(b"a\xffb", []) == "a\ufffdb"
    assert read_all(b"a\xc3", []) == "a\ufffd"
