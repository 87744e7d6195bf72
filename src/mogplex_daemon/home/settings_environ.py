"""Settings from the environment: escape hatches for a shell, above both files and below the flags."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from mogplex_daemon.home.settings_file import Layer

THEME_VARIABLE = "MOGPLEX_THEME"
Theme = Literal["dark", "light", "high-contrast", "colour-blind", "terminal"]
"""The themes a person can choose, in the order the cockpit turns them."""
THEMES: tuple[Theme, ...] = get_args(Theme)
MOTION_VARIABLE = "MOGPLEX_REDUCED_MOTION"
OFF = ("", "0", "false", "no", "off")


def read_environ(environ: Mapping[str, str]) -> Layer:
    """The layer the environment is. Pure."""
    ui: dict[str, Any] = {}
    problems: list[str] = []
    theme = environ.get(THEME_VARIABLE, "").strip().lower()
    if theme in THEMES:
        ui["theme"] = theme
    elif theme:
        problems.append(
            f"{THEME_VARIABLE}: {theme[:40]!r} is no theme; set it to one of {', '.join(THEMES)}, or unset it"
        )
    if environ.get(MOTION_VARIABLE, "").strip().lower() not in OFF:
        ui["animations"] = False
    return Layer({"ui": ui} if ui else {}, tuple(problems))
