"""What colours the terminal has, and which theme that makes. Pure."""

from collections.abc import Mapping

from mogplex_cli.store.state import ThemeName

TRUE_COLOUR = ("truecolor", "24bit")
MANY_COLOURS = ("256color", "kitty", "direct")
"""How the names of terminals end that have 256 colours or more."""


def no_colour(environ: Mapping[str, str]) -> bool:
    """Whether the person wants no colours at all, as no-color.org has it."""
    return bool(environ.get("NO_COLOR"))


def has_many_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal has 256 colours or more."""
    if environ.get("COLORTERM", "").strip().lower() in TRUE_COLOUR:
        return True
    return environ.get("TERM", "").strip().lower().rpartition("-")[2] in MANY_COLOURS


def choose_theme(chosen: ThemeName | None, environ: Mapping[str, str]) -> ThemeName:
    """The theme to begin with: what was chosen, where the terminal can show it at all."""
    if no_colour(environ):
        return "terminal"
    return chosen or ("dark" if has_many_colours(environ) else "terminal")
