"""Completing slash commands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlashHelp:
    """A slash command as the composer offers it."""

    name: str
    argument: str
    """What to write after it; empty when it takes nothing."""
    help: str


def candidates(text: str, commands: Sequence[SlashHelp]) -> tuple[SlashHelp, ...]:
    """The commands that `text` may become: it is one word that begins with a slash."""
    if not text.startswith("/") or any(mark.isspace() for mark in text):
        return ()
    word = text[1:]
    return tuple(command for command in commands if command.name.startswith(word))


def completed(command: SlashHelp) -> str:
    """The text that asks for a command, ready for what has to follow."""
    return f"/{command.name}" + (" " if command.argument else "")
