"""Where this session's custom commands are looked for."""

import os
from pathlib import Path

from mogplex_cli.actions.verbs import SLASH_NAMES
from mogplex_cli.custom_commands.load import CommandSources
from mogplex_cli.custom_commands.registry import SlashSettings
from mogplex_cli.wiring import Wiring


def command_sources(wiring: Wiring) -> CommandSources:
    """From what was read at start."""
    settings = wiring.settings.slash_commands
    return CommandSources(
        root=Path(wiring.session.root),
        home=wiring.home.root,
        environ=os.environ,
        builtins=frozenset(SLASH_NAMES),
        settings=SlashSettings(settings.disabled, settings.aliases),
        extra_dirs=settings.extra_dirs,
    )
