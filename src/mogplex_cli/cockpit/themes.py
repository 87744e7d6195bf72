"""Themes: one accent, three greys, four meanings. Widgets and style sheets name variables, never colours."""

from typing import Literal

from textual.theme import Theme

ThemeName = Literal["mogplex-dark", "mogplex-light", "mogplex-colour-blind"]

DARK: dict[str, str] = {
    "mog-ground": "#0b0b0d",
    "mog-raised": "#121216",
    "mog-edge": "#2b2b33",
    "mog-bright": "#f3f1f8",
    "mog-normal": "#c6c4cf",
    "mog-dim": "#85838f",
    "mog-faint": "#45444d",
    "mog-accent": "#b48ef5",
    "mog-ok": "#35d0a5",
    "mog-warn": "#f0b54a",
    "mog-danger": "#ff6b70",
    "mog-add": "#7fdba6",
    "mog-remove": "#ff9a9c",
    "mog-selected": "#211b30",
    "mog-code": "#17171d",
    "mog-add-ground": "#0e2419",
    "mog-remove-ground": "#2b1417",
}
COLOUR_BLIND: dict[str, str] = {
    **DARK,
    "mog-ok": "#5ab4f5",
    "mog-danger": "#ff8f3f",
    "mog-warn": "#f5d34a",
    "mog-add": "#8cc8ff",
    "mog-remove": "#ffb070",
    "mog-add-ground": "#0c2036",
    "mog-remove-ground": "#301d0a",
}
LIGHT: dict[str, str] = {
    "mog-ground": "#fbfafc",
    "mog-raised": "#f2f0f5",
    "mog-edge": "#d5d1dc",
    "mog-bright": "#131118",
    "mog-normal": "#3a3741",
    "mog-dim": "#6b6775",
    "mog-faint": "#bdb8c6",
    "mog-accent": "#6a3fc4",
    "mog-ok": "#0b7a5c",
    "mog-warn": "#8f5a00",
    "mog-danger": "#c0232b",
    "mog-add": "#0b5d34",
    "mog-remove": "#97161d",
    "mog-selected": "#e7defa",
    "mog-code": "#ebe8f0",
    "mog-add-ground": "#dcf3e4",
    "mog-remove-ground": "#fbe0e1",
}


def _theme(name: ThemeName, colours: dict[str, str], *, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=colours["mog-accent"],
        accent=colours["mog-accent"],
        success=colours["mog-ok"],
        warning=colours["mog-warn"],
        error=colours["mog-danger"],
        foreground=colours["mog-normal"],
        background=colours["mog-ground"],
        surface=colours["mog-ground"],
        panel=colours["mog-raised"],
        dark=dark,
        variables=colours,
    )


THEMES: tuple[Theme, ...] = (
    _theme("mogplex-dark", DARK, dark=True),
    _theme("mogplex-light", LIGHT, dark=False),
    _theme("mogplex-colour-blind", COLOUR_BLIND, dark=True),
)
"""The first one is what a cockpit starts with."""
