import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mogplex_contracts.text import one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ä 漢 🙂", "plain ä 漢 🙂"),
        ("tab\tand\nnewline", "tab\tand\nnewline"),
        ("dos\r\nline", "dos\nline"),
        ("over\rwrite", "over␍write"),
        ("\x1b[31mred\x1b]0;title\x07", "␛[31mred␛]0;title␇"),
        ("\x00\x7f", "␀␡"),
        ("\x9b2J", "⟨U+009B⟩2J"),
        ("safe\u202egpj.exe", "safe⟨U+202E⟩gpj.exe"),
        ("\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("arabic\u061cmark", "arabic⟨U+061C⟩mark"),
        ("soft\xadhyphen", "soft⟨U+00AD⟩hyphen"),
        ("no\u3164space", "no⟨U+3164⟩space"),
        ("smuggled\U000e0100\ufe00", "smuggled⟨U+E0100⟩⟨U+FE00⟩"),
        ("\u26a0\ufe0f careful 1\ufe0f\u20e3", "\u26a0 careful 1\u20e3"),
        ("\U0001f44d\U0001f3fd done \U0001f1e9\U0001f1ea", "\U0001f44d done ⟨DE⟩"),
        ("x\ufe0f\ufe0e", "x⟨U+FE0F⟩⟨U+FE0E⟩"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_becomes_a_mark(text: str, shown: str):
    assert visible(text) == shown


@given(st.text())
def test_nothing_that_moves_or_hides_is_left(text: str):
    shown = visible(text)
    assert all(unicodedata.category(character) != "Cc" or character in "\t\n" for character in shown)
    assert not any(unicodedata.bidirectional(character) in _BIDI_CONTROLS for character in shown)
    assert visible(shown) == shown


@given(st.text(), st.integers(1, 50))
def test_one_line_is_one_line_and_no_longer_than_asked(text: str, limit: int):
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.split() == line.split(" ") or line == ""


_BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(st.text(st.sampled_from("a漢\U0001f44d\U0001f3fd\ufe0f\ufe0e\u200d\U0001f1e9\u26a0\u20e3\u0301")))
def test_a_text_takes_the_cells_of_its_characters(text: str):
    shown = visible(text)
    assert cell_len(shown) == sum(map(cell_len, shown))
