"""Finding an action by some of its letters. Pure; Textual's fuzzy ranking behind a cheap filter."""

from collections.abc import Sequence
from dataclasses import dataclass

from mogplex_cli.actions import ACTIONS
from mogplex_cli.cockpit.keymap import KEYS, Key, key_of


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """One action as the palette lists it."""

    name: str
    category: str
    title: str
    slash: str
    """With its slash and argument; empty when it has none."""
    key: str
    help: str

    @property
    def searched(self) -> str:
        """What the letters are looked for in."""
        return f"{self.title} {self.slash.partition(' ')[0]}"


def all_rows(keys: Sequence[Key] = KEYS) -> tuple[PaletteRow, ...]:
    """Every action that can be picked."""
    return tuple(
        PaletteRow(
            name=action.name,
            category=action.category,
            title=action.title,
            slash=f"/{action.slash[0]} {action.argument}".rstrip() if action.slash else "",
            key=key_of(action.name, keys),
            help=action.help,
        )
        for action in ACTIONS.values()
        if action.in_palette
    )


def ranked(query: str, rows: Sequence[PaletteRow]) -> tuple[PaletteRow, ...]:
    """The rows that match, best first; all of them, in their order, for an empty query."""
    wanted = query.strip().lower()
    if not wanted:
        return tuple(rows)
    from textual.fuzzy import Matcher

    matcher = Matcher(wanted)
    scored = [
        (matcher.match(row.searched), place, row)
        for place, row in enumerate(rows)
        if is_subsequence(wanted, row.searched.lower())
    ]
    return tuple(row for score, _, row in sorted(scored, key=lambda each: (-each[0], each[1])) if score > 0)


def is_subsequence(letters: str, text: str) -> bool:
    """Whether all letters stand in the text in their order."""
    rest = iter(text)
    return all(letter in rest for letter in letters)
