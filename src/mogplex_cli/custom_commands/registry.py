"""Which command a name leads to: precedence, aliases, what is disabled, and what is said about it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mogplex_cli.custom_commands.command import CustomCommand, Problem
from mogplex_cli.custom_commands.nearest import meant

CONFIG = "config.toml [slash_commands]"


@dataclass(frozen=True, slots=True)
class SlashSettings:
    """`[slash_commands]` of config.toml."""

    disabled: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    """By the alias, the name it leads to."""


@dataclass(frozen=True, eq=False)
class CommandRegistry:
    """The custom commands in force. Two of them are equal only when they are one."""

    commands: Mapping[str, CustomCommand] = field(default_factory=dict[str, CustomCommand])
    """By name."""
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further names, and the name each leads to: that of a custom command or of a built-in one."""
    disabled: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


EMPTY = CommandRegistry()


def build_registry(
    found: Iterable[CustomCommand],
    builtins: Iterable[str],
    settings: SlashSettings,
    problems: Iterable[Problem] = (),
) -> CommandRegistry:
    """`found` are all commands, highest precedence first; `builtins` all names of built-in commands.

    A custom command goes before a built-in one of its name. A name goes before an alias, an alias of
    config.toml before one of a command file.
    """
    told = list(problems)
    builtin_names = frozenset(builtins)
    disabled = frozenset(name.removeprefix("/") for name in settings.disabled)
    commands: dict[str, CustomCommand] = {}
    everything = list(found)
    for command in everything:
        winner = commands.get(command.name)
        if command.name in disabled:
            continue
        if winner is not None:
            told.append(Problem(command.path, f"/{command.name} is shadowed by {winner.path}"))
            continue
        commands[command.name] = command
        if command.name in builtin_names:
            told.append(
                Problem(
                    command.path,
                    f"/{command.name} goes before the built-in one, which stays in the palette; "
                    "rename it, or put its name in disabled, to change that",
                )
            )
    names = (builtin_names - disabled) | commands.keys()
    aliases: dict[str, str] = {}
    for alias, target, place in _wanted_aliases(settings, commands.values(), disabled):
        trouble = _alias_trouble(alias, target, names, aliases, commands)
        if trouble:
            told.append(Problem(place, trouble))
        else:
            aliases[alias] = target
    known = builtin_names | {command.name for command in everything}
    known |= {alias for command in everything for alias in command.aliases} | settings.aliases.keys()
    for name in sorted(disabled - known):
        told.append(
            Problem(CONFIG, f"disabled: there is no /{name} · {meant(name, known)}it changes nothing")
        )
    return CommandRegistry(commands, aliases, disabled, tuple(told))


def _wanted_aliases(
    settings: SlashSettings, commands: Iterable[CustomCommand], disabled: frozenset[str]
) -> list[tuple[str, str, str]]:
    """Alias, target, and where it is written; those of config.toml first."""
    wanted = [
        (alias.removeprefix("/"), target.removeprefix("/"), CONFIG)
        for alias, target in settings.aliases.items()
    ]
    wanted += [(alias, command.name, command.path) for command in commands for alias in command.aliases]
    return [each for each in wanted if each[0] not in disabled]


def _alias_trouble(
    alias: str,
    target: str,
    names: frozenset[str],
    aliases: Mapping[str, str],
    commands: Mapping[str, CustomCommand],
) -> str:
    """Why an alias does not hold; empty when it does."""
    if target not in names:
        return f"alias {alias}: there is no /{target} · {meant(target, names)}it leads nowhere"
    if alias in names:
        owner = commands[alias].path if alias in commands else "the built-in command"
        return f"alias {alias} of /{target} is shadowed by {owner}"
    if aliases.get(alias, target) != target:
        return f"alias {alias} of /{target} is shadowed by the one of /{aliases[alias]}"
    return ""
