"""Themes: one accent, three greys, four meanings. Widgets and style sheets name variables, never colours.

`mog-faint` and `mog-edge` draw rules and bars; everything else is text and reads on every ground, as
docs/accessibility.md shows.
"""

from textual.theme import Theme

from mogplex_cli.store.state import ThemeName

DARK: dict[str, str] = {
    "mog-ground": "#0b0b0d",
    "mog-raised": "#121216",
    "mog-edge": "#2b2b33",
    "mog-bright": "#f3f1f8",
    "mog-normal": "#c6c4cf",
    "mog-dim": "#8b8995",
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
    "mog-syntax-comment": "#948f9f",
    "mog-syntax-keyword": "#a3b7e8",
    "mog-syntax-string": "#d3c490",
    "mog-syntax-number": "#dbab8f",
    "mog-syntax-name": "#e6e2ee",
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
    "mog-dim": "#635f6d",
    "mog-faint": "#bdb8c6",
    "mog-accent": "#6a3fc4",
    "mog-ok": "#09694f",
    "mog-warn": "#875400",
    "mog-danger": "#c0232b",
    "mog-add": "#0b5d34",
    "mog-remove": "#97161d",
    "mog-selected": "#e7defa",
    "mog-code": "#ebe8f0",
    "mog-add-ground": "#dcf3e4",
    "mog-remove-ground": "#fbe0e1",
    "mog-syntax-comment": "#5f5b69",
    "mog-syntax-keyword": "#2c4a9e",
    "mog-syntax-string": "#6b5100",
    "mog-syntax-number": "#8a3f17",
    "mog-syntax-name": "#131118",
}

HIGH_CONTRAST: dict[str, str] = {
    "mog-ground": "#000000",
    "mog-raised": "#0a0a0a",
    "mog-edge": "#b8b8b8",
    "mog-bright": "#ffffff",
    "mog-normal": "#f0f0f0",
    "mog-dim": "#c8c8c8",
    "mog-faint": "#8c8c8c",
    "mog-accent": "#d6bcff",
    "mog-ok": "#6bffba",
    "mog-warn": "#ffd84d",
    "mog-danger": "#ffa3a6",
    "mog-add": "#9dffc4",
    "mog-remove": "#ffc2c4",
    "mog-selected": "#33235e",
    "mog-code": "#1a1a1a",
    "mog-add-ground": "#003315",
    "mog-remove-ground": "#47000a",
    "mog-syntax-comment": "#c8c8c8",
    "mog-syntax-keyword": "#c3d3ff",
    "mog-syntax-string": "#ffeaa6",
    "mog-syntax-number": "#ffcdb0",
    "mog-syntax-name": "#ffffff",
}
TERMINAL: dict[str, str] = {
    "mog-ground": "ansi_default",
    "mog-raised": "ansi_default",
    "mog-edge": "ansi_bright_black",
    "mog-bright": "ansi_default",
    "mog-normal": "ansi_default",
    "mog-dim": "ansi_default",
    "mog-faint": "ansi_bright_black",
    "mog-accent": "ansi_magenta",
    "mog-ok": "ansi_green",
    "mog-warn": "ansi_yellow",
    "mog-danger": "ansi_red",
    "mog-add": "ansi_green",
    "mog-remove": "ansi_red",
    "mog-selected": "ansi_default",
    "mog-code": "ansi_default",
    "mog-add-ground": "ansi_default",
    "mog-remove-ground": "ansi_default",
    "mog-syntax-comment": "ansi_default",
    "mog-syntax-keyword": "ansi_default",
    "mog-syntax-string": "ansi_default",
    "mog-syntax-number": "ansi_default",
    "mog-syntax-name": "ansi_default",
    "mog-attributes": "on",
    "ansi-background": "ansi_default",
    "ansi-foreground": "ansi_default",
    "input-cursor-background": "ansi_default",
    "input-cursor-foreground": "ansi_default",
    "input-cursor-text-style": "reverse",
    "input-selection-background": "ansi_blue",
    "input-selection-foreground": "ansi_bright_white",
}
"""The terminal's own colours, for those that have sixteen, or none: bold, dim and reverse tell apart what
colours cannot."""


def _theme(name: ThemeName, colours: dict[str, str], *, dark: bool) -> Theme:
    return Theme(
        name=theme_name(name),
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
        ansi=name == "terminal",
        variables=colours,
    )


def theme_name(name: ThemeName) -> str:
    """What Textual calls a theme."""
    return f"mogplex-{name}"


COLOURS: dict[ThemeName, dict[str, str]] = {
    "dark": DARK,
    "light": LIGHT,
    "high-contrast": HIGH_CONTRAST,
    "colour-blind": COLOUR_BLIND,
    "terminal": TERMINAL,
}
THEMES: tuple[Theme, ...] = tuple(
    _theme(name, colours, dark=name != "light") for name, colours in COLOURS.items()
)
