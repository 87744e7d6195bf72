import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from mogplex_cli.cockpit.kit.lines import line
from mogplex_cli.cockpit.kit.markdown import markdown
from mogplex_cli.cockpit.kit.spans import marked, wrap_spans

MARKS = st.sampled_from(
    ["# ", "- ", "1. ", "> ", "```", "**a b**", "`c d`", "[x](y)", "|a|b|", "\n", "word ", "寿司 "]
)
TEXTS = st.lists(MARKS, max_size=40).map("".join)


def shown(text: str, width: int = 40) -> list[str]:
    return [each.text.rstrip() for each in markdown(text, width)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("# Plan\n\n\n\ntwo", ["Plan", "", "two"]),
        ("- one\n  - two\n3. three", ["• one", "  • two", "3. three"]),
        ("- [ ] open\n- [x] done", ["• ○ open", "• ✓ done"]),
        ("> said", ["│ said"]),
        ("**bold** and *soft*, 2 * 3 * 4", ["bold and soft, 2 * 3 * 4"]),
        ("see [docs](https://x.test)", ["see docs (https://x.test)"]),
        ("```py\n# no heading\n```\nafter", [" # no heading", "after"]),
        ("```\nnever ended", [" never ended"]),
        ("call `a*b*c`", ["call `a*b*c`"]),
        ("", []),
    ],
)
def test_marks_become_their_looks(text: str, rows: list[str]) -> None:
    assert shown(text) == rows


def test_items_are_wrapped_under_their_text() -> None:
    assert shown("- one two three", 11) == ["• one two", "  three"]


@given(TEXTS, st.integers(8, 60))
def test_no_row_is_wider_than_there_is_room(text: str, width: int) -> None:
    # What stands before a text never leaves it less than eight cells.
    assert all(each.width <= max(width, 20) for each in markdown(text, width))


@given(TEXTS, st.integers(0, 200))
def test_a_text_that_grows_moves_nothing_above_its_last_line(text: str, size: int) -> None:
    lines = text[:size].split("\n")
    if lines[-1:] == [""] or not lines[:-1]:
        return
    settled = markdown("\n".join(lines[:-1]), 40)
    assert markdown(text, 40)[: len(settled)] == settled


@given(st.text(max_size=60), st.integers(2, 30))
@example("\u200d 寿司", 2)
@example("\x1b\r000", 2)
def test_wrapped_spans_fit_and_lose_only_spaces(text: str, width: int) -> None:
    rows = wrap_spans(((text[:20], "dim"), (text[20:], "bright")), width)
    drawn = ["".join(part for part, _ in row) for row in rows]
    assert all(cell_len(row) <= width for row in drawn)
    assert "".join("".join(drawn).split()) == "".join(text.split())


@given(st.text("abAB.(", max_size=30), st.text("abAB.(", min_size=1, max_size=3))
def test_what_is_marked_is_the_same_text(text: str, needle: str) -> None:
    drawn = marked(line((text[:7], "dim"), (text[7:], "bright")), needle)
    assert drawn.text == text
    found = [part for part, token in drawn.spans if token == "found"]
    assert all(part.lower() == needle.lower() for part in found)
    assert bool(found) == (needle.lower() in text.lower())


def test_times_and_names_are_not_marked() -> None:
    drawn = marked(line(("12:04:30  one 12", "dim")), "12", behind=8)
    assert [part for part, token in drawn.spans if token == "found"] == ["12"]
