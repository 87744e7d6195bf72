"""Choose the colours of the screen, or turn to the next."""

from typing import get_args

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.state import CockpitState, ThemeName
from mogplex_cli.store.ui_events import NoticeShown, ThemeChosen

THEMES: dict[str, ThemeName] = {name: name for name in get_args(ThemeName)}


def _unavailable(state: CockpitState) -> str | None:
    return (
        "NO_COLOR is set: colours are off · unset it to choose a theme" if state.session.no_colour else None
    )


def _check(argument: str) -> str | None:
    if not argument or argument in THEMES:
        return None
    return f"{argument.split()[0][:40]} is no theme · there are {', '.join(THEMES)}"


async def _run(context: ActionContext, argument: str) -> None:
    names = tuple(THEMES)
    after = names[(names.index(context.state.theme) + 1) % len(names)]
    theme = THEMES.get(argument, THEMES[after])
    kept = f'[ui] theme = "{theme}" in config.toml keeps it'
    context.apply(ThemeChosen(theme), NoticeShown(f"theme {theme} · {kept}"))


THEME = Action(
    name="theme",
    title="Turn the Theme",
    category="control",
    help="other colours: dark, light, high contrast, colour-blind, the terminal's own",
    run=_run,
    slash=("theme",),
    argument="[name]",
    unavailable=_unavailable,
    check=_check,
)
