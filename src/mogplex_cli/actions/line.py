"""Reads a composed line: which action it asks for, with which argument. Pure."""

from dataclasses import dataclass

from mogplex_cli.actions.base import Action
from mogplex_cli.actions.message import MESSAGE
from mogplex_cli.actions.slash import slash_table, unknown
from mogplex_cli.custom_commands.registry import EMPTY, CommandRegistry


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks for."""

    action: Action
    argument: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not sent, and why."""

    reason: str


def read_line(line: str, registry: CommandRegistry = EMPTY) -> Asked | Refused | None:
    """What `line` asks for; None for an empty one. Words without a slash are a message."""
    text = line.strip()
    if not text:
        return None
    if not text.startswith("/"):
        return Asked(MESSAGE, text)
    word = text[1:].split(maxsplit=1)[0] if text[1:].strip() and not text[1].isspace() else ""
    action = slash_table(registry).get(word)
    if action is None:
        return Refused(unknown(registry, word))
    return Asked(action, text[1 + len(word) :].strip())
