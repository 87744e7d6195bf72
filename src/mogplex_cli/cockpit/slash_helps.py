"""The slash commands as the composer offers them."""

from functools import lru_cache

from mogplex_cli.actions.slash import slash_table
from mogplex_cli.cockpit.composer.complete import SlashHelp
from mogplex_cli.custom_commands.registry import CommandRegistry


@lru_cache(maxsize=4)
def slash_helps(registry: CommandRegistry) -> tuple[SlashHelp, ...]:
    """All names, in the order they are shown: what is built in, custom commands, aliases."""
    return tuple(
        SlashHelp(name, action.argument, action.help, action.source, action.choices)
        for name, action in slash_table(registry).items()
    )
