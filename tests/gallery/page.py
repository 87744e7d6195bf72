"""docs/cockpit.md: the pictures, and every action with its doors, from the tables the cockpit is made of."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from mogplex_cli.actions.base import Action, Category
from mogplex_cli.actions.verbs import VERBS
from mogplex_cli.cockpit.keymap import KEYS, label
from tests.gallery.shots import SHOTS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "cockpit.md"
PICTURES = DOCS / "pictures"
HEAD = """\
# The cockpit

This page is written by `python -m tests.gallery`: it starts the real program in a terminal, comes to each place with
the keyboard, and draws what the terminal shows. `python -m tests.gallery NAME …` takes only these pictures anew, and
`python -m tests.gallery --table` writes only the table. A test holds the table to what the cockpit does.
"""
GROUPS: dict[Category, str] = {
    "command": "Commands",
    "drawer": "Drawers",
    "control": "Controls",
    "focus": "Focus",
}


def page() -> str:
    """The whole page."""
    return "\n".join((HEAD, "## Pictures", *_pictures(), "", "## Actions\n")) + actions()


def actions() -> str:
    """The table of actions."""
    return "\n".join((*_actions(), ""))


def _pictures() -> Iterator[str]:
    for shot in SHOTS:
        yield from (
            "",
            f"### {shot.title}",
            "",
            *wrap(shot.says, 118),
            "",
            f"![{shot.title}](pictures/{shot.name}.svg)",
        )


def _actions() -> Iterator[str]:
    yield from (
        "",
        *wrap(
            "What a person can ask for, and the doors to it: a slash command in the composer, a key, a row of the "
            "palette (`/help`). Keys with a place in brackets work there; the others everywhere.",
            118,
        ),
    )
    for category, heading in GROUPS.items():
        yield from (
            "",
            f"### {heading}",
            "",
            "| action | slash command | key | palette row |",
            "| --- | --- | --- | --- |",
        )
        for action in VERBS.values():
            if action.category == category:
                yield f"| {action.help} | {_slash(action)} | {_keys(action.name)} | {_row(action)} |"


def _slash(action: Action) -> str:
    argument = f" {action.argument}" if action.argument else ""
    return ", ".join(f"`/{name}{argument}`".replace("|", "\\|") for name in action.slash) or "–"


def _keys(name: str) -> str:
    doors = [
        f"{label(key)}{'' if row.context == 'everywhere' else f' ({row.context})'}"
        for row in KEYS
        if row.does == name
        for key in row.each
    ]
    return ", ".join(doors) or "–"


def _row(action: Action) -> str:
    return action.title if action.in_palette else "–"
