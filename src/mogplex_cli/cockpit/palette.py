"""Finding an action by some of its letters. Pure, and quick enough for thousands of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from mogplex_cli.actions import ACTIONS
from mogplex_cli.actions.base import Action, Category
from mogplex_cli.actions.choose import PROBLEM
from mogplex_cli.actions.slash import custom_actions
from mogplex_cli.cockpit.keymap import KEYS, Key, key_of
from mogplex_cli.custom_commands.registry import EMPTY, CommandRegistry
from mogplex_contracts.text import one_line


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """One action as the palette lists it, or one thing that is wrong with a custom command."""

    name: str
    """Of the action, or `problem` and its place in the list."""
    category: Category | Literal["problem"]
    title: str
    slash: str
    """With its slash and argument; empty when it has none."""
    key: str
    help: str
    searched: str
    """What the letters are looked for in, in lower case."""


CATEGORIES = get_args(Category)
"""In the order they are listed."""


def all_rows(keys: Sequence[Key] = KEYS, registry: CommandRegistry = EMPTY) -> tuple[PaletteRow, ...]:
    """Every action that can be picked, category by category; then what is wrong with custom commands."""
    actions = (*ACTIONS.values(), *custom_actions(registry).values())
    rows = sorted(
        (action for action in actions if action.in_palette),
        key=lambda action: CATEGORIES.index(action.category),
    )
    return (
        *(_row(action, keys, _aliases(action, registry)) for action in rows),
        *(_problem(place, str(problem)) for place, problem in enumerate(registry.problems)),
    )


def _problem(place: int, told: str) -> PaletteRow:
    shown = one_line(told)
    return PaletteRow(f"{PROBLEM} {place}", "problem", shown, "", "", "", shown.lower())


def _aliases(action: Action, registry: CommandRegistry) -> list[str]:
    """What else it is called by the person, or by its own file."""
    return [f"/{alias}" for alias, name in registry.aliases.items() if name in action.slash]


def _row(action: Action, keys: Sequence[Key], aliases: Sequence[str]) -> PaletteRow:
    slash = f"/{action.slash[0]} {action.argument}".rstrip() if action.slash else ""
    return PaletteRow(
        name=action.name,
        category=action.category,
        title=action.title,
        slash=slash,
        key=key_of(action.name, keys),
        help=f"also {', '.join(aliases)} · {_told(action)}" if aliases else _told(action),
        searched=" ".join((action.title, *(f"/{name}" for name in action.slash), *aliases)).lower(),
    )


def _told(action: Action) -> str:
    """Its help; of a custom command where it is from stands around it, the scope first."""
    scope, _, path = action.source.partition(" · ")
    return f"{scope} · {action.help} · {path}" if path else action.help


def ranked(query: str, rows: Sequence[PaletteRow]) -> tuple[PaletteRow, ...]:
    """The rows that match every word of the query, best first; all of them, in their order, for an empty query."""
    words = query.lower().split()
    if not words:
        return tuple(rows)
    scored: list[tuple[bool, int, int]] = []
    for place, row in enumerate(rows):
        if row.category == "problem":
            # A sentence has nearly every letter: only what is written in it is meant.
            scores = [word in row.searched for word in words]
        else:
            scores = [score(word, row.searched) for word in words]
        if all(scores):
            scored.append((row.category == "problem", -sum(scores), place))
    scored.sort()
    return tuple(rows[place] for *_, place in scored)


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
