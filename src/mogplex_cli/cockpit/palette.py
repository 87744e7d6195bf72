"""Finding an action by some of its letters. Pure, and quick enough for thousands of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from mogplex_cli.actions import ACTIONS
from mogplex_cli.actions.base import Action, Category
from mogplex_cli.cockpit.keymap import KEYS, Key, key_of


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """One action as the palette lists it."""

    name: str
    category: Category
    title: str
    slash: str
    """With its slash and argument; empty when it has none."""
    key: str
    help: str
    searched: str
    """What the letters are looked for in, in lower case."""


CATEGORIES = get_args(Category)
"""In the order they are listed."""


def all_rows(keys: Sequence[Key] = KEYS) -> tuple[PaletteRow, ...]:
    """Every action that can be picked, category by category."""
    rows = (_row(action, keys) for action in ACTIONS.values() if action.in_palette)
    return tuple(sorted(rows, key=lambda row: CATEGORIES.index(row.category)))


def _row(action: Action, keys: Sequence[Key]) -> PaletteRow:
    slash = f"/{action.slash[0]} {action.argument}".rstrip() if action.slash else ""
    return PaletteRow(
        name=action.name,
        category=action.category,
        title=action.title,
        slash=slash,
        key=key_of(action.name, keys),
        help=action.help,
        searched=f"{action.title} {' '.join(f'/{name}' for name in action.slash)}".lower(),
    )


def ranked(query: str, rows: Sequence[PaletteRow]) -> tuple[PaletteRow, ...]:
    """The rows that match every word of the query, best first; all of them, in their order, for an empty query."""
    words = query.lower().split()
    if not words:
        return tuple(rows)
    scored: list[tuple[int, int]] = []
    for place, row in enumerate(rows):
        scores = [score(word, row.searched) for word in words]
        if all(scores):
            scored.append((-sum(scores), place))
    scored.sort()
    return tuple(rows[place] for _, place in scored)


def score(word: str, text: str) -> int:
    """How well a word is found in a text, both in lower case; 0 when it is not."""
    if text.startswith(word):
        return 5
    if f" {word}" in text or f"/{word}" in text:
        return 4
    if word in text:
        return 3
    if not is_subsequence(word, text):
        return 0
    return 2 if _near(word).search(text) else 1


@lru_cache(maxsize=64)
def _near(word: str) -> re.Pattern[str]:
    """Finds the letters inside one word from its first on, or as the first letters of words in a row."""
    letters = [*map(re.escape, word)]
    within, initials = "[^ /]*".join(letters), r"[^ /]*[ /]+".join(letters)
    return re.compile(rf"(?:^|[ /])(?:{within}|{initials})")


def is_subsequence(letters: str, text: str) -> bool:
    """Whether all letters stand in the text in their order."""
    place = 0
    for letter in letters:
        place = text.find(letter, place) + 1
        if not place:
            return False
    return True
