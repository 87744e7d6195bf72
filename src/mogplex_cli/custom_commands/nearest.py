"""The name somebody meant. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches


def meant(word: str, names: Iterable[str], before: str = "/") -> str:
    """`did you mean /name? · ` when a name is near; else nothing."""
    near = get_close_matches(word, list(names), n=1)
    return f"did you mean {before}{near[0]}? · " if near else ""
