import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.cockpit.attention import Attention, notification
from mogplex_cli.cockpit.crash import stopped
from mogplex_cli.cockpit.kit.painted import harmless
from mogplex_cli.store.selectors.attention import AttentionProps

EVIL = "\x1b[2J\x1b]52;c;UFdO\x07\x9b31m\u202e\u2066\r\n\x08\x7f"


@given(st.text())
def test_no_text_moves_the_cursor_hides_or_cannot_be_written(text: str):
    shown = harmless(text)
    shown.encode()
    assert not any(unicodedata.category(each) == "Cc" for each in shown)
    assert "\u202e" not in shown and "\u2066" not in shown


def test_half_a_character_of_a_file_name_is_shown():
    assert harmless("bad\udcff.py") == "bad?.py"


def test_plain_text_stays_as_it_is():
    for text in ("", "plain", "日本語 é 🦊", "עברית"):
        assert harmless(text) == text


def test_neither_the_title_nor_a_notification_holds_what_a_terminal_would_obey():
    written: list[str] = []
    attention = Attention(written.append)
    attention.show(AttentionProps(source=("run_1", False), place=EVIL, waiting={}, ended={}))
    title = written[-1].removeprefix("\x1b]2;").removesuffix("\x1b\\")
    assert harmless(title) == title
    told = notification(EVIL).replace("\x1b]9;", "").replace("\x1b]777;", "").replace("\x1b\\", "")
    assert harmless(told) == told


def test_the_last_line_of_a_crash_is_harmless():
    said = str(stopped(ValueError(EVIL), "", ""))
    assert harmless(said) == said
