"""Tokens and grounds to terminal styles, through the variables of the theme."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from mogplex_cli.cockpit.kit.lines import Ground, Token

VARIABLES: dict[Token, str] = {
    "bright": "mog-bright",
    "strong": "mog-bright",
    "normal": "mog-normal",
    "dim": "mog-dim",
    "faint": "mog-faint",
    "accent": "mog-accent",
    "accent_strong": "mog-accent",
    "ok": "mog-ok",
    "warn": "mog-warn",
    "warn_strong": "mog-warn",
    "danger": "mog-danger",
    "danger_strong": "mog-danger",
    "add": "mog-add",
    "remove": "mog-remove",
    "syntax_comment": "mog-syntax-comment",
    "syntax_keyword": "mog-syntax-keyword",
    "syntax_string": "mog-syntax-string",
    "syntax_number": "mog-syntax-number",
    "syntax_name": "mog-syntax-name",
    "found": "mog-accent",
}
GROUNDS: dict[Ground, str | None] = {
    "plain": None,
    "selected": "mog-selected",
    "code": "mog-code",
    "add": "mog-add-ground",
    "remove": "mog-remove-ground",
}
ATTRIBUTES = "mog-attributes"
"""The variable of a theme in which bold, dim and reverse do what its colours cannot."""
DIM: frozenset[Token] = frozenset(("dim", "faint", "syntax_comment"))
LOUD: frozenset[Token] = frozenset(("bright", "warn", "danger"))
BOLD: frozenset[Token] = frozenset(("strong", "accent_strong", "warn_strong", "danger_strong"))


def variables_of(widget: Widget) -> Mapping[str, str]:
    """The variables of the theme in force. Textual types `app` with an unknown parameter, hence the cast."""
    return cast("dict[str, str]", cast("Any", widget).app.theme_variables)


class Looks:
    """The styles of one widget under one theme."""

    def __init__(self, variables: Mapping[str, str], behind: Color) -> None:
        self._variables = variables
        self._behind = behind
        self._attributes = ATTRIBUTES in variables
        self.style = lru_cache(maxsize=256)(self._style)

    def _style(self, token: Token, ground: Ground) -> Style:
        name = GROUNDS[ground]
        behind = self._behind if name is None else Color.parse(self._variables[name])
        colour = Color.parse(self._variables[VARIABLES[token]])
        if token == "found":
            return _found(colour, behind, bold=self._attributes, reversed_already=ground == "selected")
        if self._attributes and ground == "selected":
            return Style(bold=token in BOLD or token in LOUD or None, reverse=True)
        if self._attributes:
            return Style(
                color=colour.rich_color,
                bgcolor=behind.rich_color,
                bold=token in BOLD or token in LOUD or None,
                dim=token in DIM or None,
            )
        return Style(color=colour.rich_color, bgcolor=behind.rich_color, bold=token in BOLD or None)


def _found(colour: Color, behind: Color, *, bold: bool, reversed_already: bool) -> Style:
    """What a search found stands out from its ground whatever that is: in reverse, or out of it."""
    if bold:
        return Style(bold=True, underline=True, reverse=not reversed_already)
    return Style(color=behind.rich_color, bgcolor=colour.rich_color)
