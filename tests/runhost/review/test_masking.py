import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.runhost.review.masking import FAMILIES, masked


@pytest.mark.parametrize(
    ("language", "text", "code", "comments"),
    [
        ("Python", 'f("a#b") # c', "f(     ) # c", "         # c"),
        ("JavaScript", "a(`x\ny`) // z", "a(  \n  ) // z", "    \n    // z"),
        ("Rust", "fn f<'a>(c: 'x') // 'y", "fn f<'a>(c:    ) // 'y", ""),
        ("Shell", "echo ${x#y} # z", "echo ${x#y} # z", ""),
    ],
)
def test_strings_and_comments_are_told_from_code(language: str, text: str, code: str, comments: str):
    parts = masked(text, language)
    marker = {"Python": "#", "Shell": " #"}.get(language, "//")
    assert parts.code.rstrip() == code[: code.rindex(marker)].rstrip()
    assert parts.comments.strip() == text[text.rindex(marker) :].strip()


@given(st.text(alphabet="ab\"'`#/*-<!>{}\\\n ", max_size=60), st.sampled_from(sorted(FAMILIES)))
def test_both_parts_keep_the_shape_of_the_text(text: str, language: str):
    parts = masked(text, language)
    for part in (parts.code, parts.comments):
        assert len(part) == len(text)
        assert [len(line) for line in part.split("\n")] == [len(line) for line in text.split("\n")]
        assert all(own in (" ", given_) for own, given_ in zip(part, text, strict=True))
