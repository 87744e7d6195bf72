import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.plain.typed import Answered, Asks, Said, Unclear, read_typed


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("a 1", Answered(1, "approve")),
        ("  approve   12 ", Answered(12, "approve")),
        ("r 3", Answered(3, "reject")),
        ("r 3 not now, please", Answered(3, "reject", "not now, please")),
        ("reject 3", Answered(3, "reject")),
        ("", Asks()),
        ("   ", Asks()),
        ("/run a task", Said("/run a task")),
        ("a word", Said("a word")),
        ("a 1-line fix", Said("a 1-line fix")),
        ("A 1", Said("A 1")),
        ("add 1", Said("add 1")),
    ],
)
def test_a_line_is_read(line: str, asked: object):
    assert read_typed(line) == asked


@pytest.mark.parametrize("line", ["a", "r", "approve", "a 1 2", "a 1 and go on", "a 1 line fix would do"])
def test_what_is_not_clearly_an_answer_does_nothing(line: str):
    assert isinstance(read_typed(line), Unclear)


@given(st.text(max_size=20) | st.from_regex(r"(a|r|approve) ?\d* ?.*", fullmatch=True))
def test_only_a_letter_and_a_number_approve(line: str):
    asked = read_typed(line)
    if isinstance(asked, Answered) and asked.decision == "approve":
        assert re.fullmatch(r"\s*(a|approve)\s+\d+\s*", line)
