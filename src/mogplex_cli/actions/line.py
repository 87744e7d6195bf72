"""Reads a composed line: which action it asks for, with which argument. Pure."""

from dataclasses import dataclass

from mogplex_cli.actions.base import Action
from mogplex_cli.actions.message import MESSAGE
from mogplex_cli.actions.verbs import SLASH_NAMES


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks for."""

    action: Action
    argument: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not sent, and why."""

    reason: str


def read_line(line: str) -> Asked | Refused | None:
    """What `line` asks for; None for an empty one. Words without a slash are a message."""
    text = line.strip()
    if not text:
        return None
    if not text.startswith("/"):
        return Asked(MESSAGE, text)
    word = text[1:].split(maxsplit=1)[0] if len(text) > 1 else ""
    action = SLASH_NAMES.get(word)
    if action is None:
        return Refused(_unknown(word))
    return Asked(action, text[1 + len(word) :].strip())


def _unknown(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, SLASH_NAMES, n=1)
    meant = f"did you mean /{near[0]}? · " if near else ""
    return f"/{word[:40]} is no command · {meant}/help lists them all"
