"""Finding an action by some of its letters. Pure; Textual's fuzzy ranking behind a cheap filter."""

from collections.abc import Sequence
from dataclasses import dataclass

from mogplex_cli.actions import ACTIONS
from mogplex_cli.actions.base import Action
from mogplex_cli.actions.choose import PROBLEM
from mogplex_cli.actions.slash import custom_actions
from mogplex_cli.cockpit.keymap import key_of
from mogplex_cli.custom_commands.registry import EMPTY, CommandRegistry
from mogplex_contracts.text import one_line


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """One action as the palette lists it, or one thing that is wrong with a custom command."""

    name: str
    """Of the action, or `problem` and its place in the list."""
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


def all_rows(registry: CommandRegistry = EMPTY) -> tuple[PaletteRow, ...]:
    """Every action that can be picked, the custom commands after the built-in ones, then what is wrong with them."""
    return tuple(
        PaletteRow(
            name=action.name,
            category=action.category,
            title=action.title,
            slash=f"/{action.slash[0]} {action.argument}".rstrip() if action.slash else "",
            key=key_of(action.name),
            help=_told(action),
        )
        for action in (*ACTIONS.values(), *custom_actions(registry).values())
        if action.in_palette
    ) + tuple(
        PaletteRow(f"{PROBLEM} {place}", "problem", one_line(str(problem)), "", "", "")
        for place, problem in enumerate(registry.problems)
    )


def _told(action: Action) -> str:
    """Its help; of a custom command where it is from stands around it, the scope first."""
    scope, _, path = action.source.partition(" · ")
    return f"{scope} · {action.help} · {path}" if path else action.help


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
