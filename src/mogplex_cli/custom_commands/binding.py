"""Gives the words after a command's name to the arguments it declares. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mogplex_cli.custom_commands.command import ALL_WORDS, PLACEHOLDER, CustomCommand, asked_names
from mogplex_cli.custom_commands.nearest import meant
from mogplex_cli.custom_commands.words import Word, split_words


@dataclass(frozen=True, slots=True)
class Bound:
    """The values a template is filled with."""

    words: tuple[str, ...] = ()
    """Positional arguments as given, the rest included."""
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    """By the name of an argument."""
    defaults: tuple[str, ...] = ()
    """Values of declared positional arguments, for those that were left out; by their index."""


@dataclass(frozen=True, slots=True)
class NotBound:
    """Why a command cannot be invoked so, and how to write it."""

    reason: str


def bind(command: CustomCommand, typed: str) -> Bound | NotBound:
    """The values of a command's arguments in what was typed after its name."""
    words = split_words(typed)
    named, plain = _named(command, words)
    if isinstance(named, NotBound):
        return named
    positional, rest = command.positional, command.rest
    most = None if rest else _most(command)
    if most is not None and len(plain) > most:
        return NotBound(_too_many(command, len(plain), most))
    values = dict(named)
    for argument, word in zip(positional, plain, strict=False):
        values[argument.name] = word.text
    if rest is not None and (further := plain[len(positional) :]):
        # As it was typed, with its line breaks: words of prose, not arguments.
        values[rest.name] = further[0].typed + "".join(word.gap + word.typed for word in further[1:])
    for argument in command.arguments:
        if argument.name in values:
            continue
        if argument.needed:
            return NotBound(f"/{command.name} needs {argument.name} · /{command.name} {command.hint}")
        values[argument.name] = argument.default or ""
    return Bound(
        tuple(word.text for word in plain),
        values,
        tuple(values[argument.name] for argument in positional),
    )


def _named(
    command: CustomCommand, words: tuple[Word, ...]
) -> tuple[dict[str, str] | NotBound, tuple[Word, ...]]:
    """The named values, and the words that are none.

    A command that declares nothing takes only names its template asks for, so that `--all` in a sentence stays
    a word of it.
    """
    declared = {argument.name for argument in command.arguments if argument.kind == "named"}
    known = declared if command.arguments else asked_names(command.body)
    values: dict[str, str] = {}
    plain: list[Word] = []
    for word in words:
        if not word.name or (word.name not in known and (not command.arguments or command.rest)):
            plain.append(word)
        elif word.name not in known:
            near = meant(word.name, known, "--")
            return NotBound(
                f"/{command.name} has no --{word.name} · {near}/{command.name} {command.hint}"
            ), ()
        elif word.value is None:
            return NotBound(f"--{word.name} needs a value · --{word.name}=…"), ()
        elif word.name in values:
            return NotBound(f"--{word.name} is given twice · give it once"), ()
        else:
            values[word.name] = word.value
    return values, tuple(plain)


def _most(command: CustomCommand) -> int | None:
    """How many positional arguments it can use; None for any number."""
    placeholders = list(PLACEHOLDER.finditer(command.body))
    if any(ALL_WORDS in (match["upper"], match["named"]) for match in placeholders):
        return None
    indexes = (int(match["index"]) for match in placeholders if match["index"])
    return max(len(command.positional), *indexes, 0)


def _too_many(command: CustomCommand, given: int, most: int) -> str:
    if most == 0:
        return f"/{command.name} takes no words after it" + (f" · {command.hint}" if command.hint else "")
    words = "one word" if most == 1 else f"{most} words"
    return f"/{command.name} takes {words} after it, not {given} · put words that belong together in quotes"
