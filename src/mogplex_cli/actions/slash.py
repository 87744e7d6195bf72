"""Which action a slash name leads to now: the verbs, and the custom commands that were found."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

from mogplex_cli.actions.base import Action
from mogplex_cli.actions.custom import custom_action
from mogplex_cli.actions.verbs import SLASH_NAMES, VERBS
from mogplex_cli.custom_commands.registry import CONFIG, CommandRegistry


@lru_cache(maxsize=4)
def slash_table(registry: CommandRegistry) -> Mapping[str, Action]:
    """By name, without the slash. A custom command goes before the verb of its name; an alias after both."""
    table = {name: action for name, action in SLASH_NAMES.items() if name not in registry.disabled}
    table |= {name: custom_action(command) for name, command in registry.commands.items()}
    return table | {alias: table[name] for alias, name in registry.aliases.items()}


@lru_cache(maxsize=4)
def custom_actions(registry: CommandRegistry) -> Mapping[str, Action]:
    """The custom commands, by the name of their action."""
    table = slash_table(registry)
    return {action.name: action for action in (table[name] for name in registry.commands)}


def find_action(registry: CommandRegistry, name: str) -> Action:
    """The verb or custom command of this name. Raises KeyError."""
    return VERBS[name] if name in VERBS else custom_actions(registry)[name]


def unknown(registry: CommandRegistry, word: str) -> str:
    """Why `/word` leads nowhere, and what was probably meant."""
    if word in registry.disabled:
        return f"/{word} is disabled in {CONFIG} · /help lists the others"
    near = get_close_matches(word.lower(), slash_table(registry), n=1)
    meant = f"did you mean /{near[0]}? · " if near else ""
    return f"/{word[:40]} is no command · {meant}/help lists them all"
