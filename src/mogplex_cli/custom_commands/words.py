"""The words after a command's name. Pure.

Words end at white space. A word, or the value after `--name=`, may stand in single or double quotes, and
then holds white space. A quote that does not close its word is an ordinary character: `what's` is a word.
"""

import re
from dataclasses import dataclass

WORD = re.compile(
    r"(?P<gap>\s*)(?:--(?P<name>[A-Za-z][A-Za-z0-9_-]*)(?:=(?P<value>\"[^\"]*\"(?!\S)|'[^']*'(?!\S)|\S*))?(?!\S)"
    r"|(?P<quoted>\"[^\"]*\"|'[^']*')(?!\S)|(?P<bare>\S+))"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word after a command's name."""

    text: str
    """Without its quotes. Of a named one all of it, `--name=value`."""
    typed: str
    """With its quotes."""
    gap: str = ""
    """The white space before it."""
    name: str = ""
    """Of `--name=value` the name; empty for any other word."""
    value: str | None = None
    """Of `--name=value` the value without its quotes; None for `--name` alone."""


def split_words(text: str) -> tuple[Word, ...]:
    """The words of a line. `--` before a named word is left out, and makes it and all after it ordinary words."""
    words: list[Word] = []
    only_plain = False
    matches = list(WORD.finditer(text))
    for place, match in enumerate(matches):
        typed = match.group().strip()
        quoted, name, value = match["quoted"], match["name"], match["value"]
        follows = matches[place + 1]["name"] if place + 1 < len(matches) else None
        if typed == "--" and follows and not only_plain:
            only_plain = True
        elif quoted is not None:
            words.append(Word(quoted[1:-1], typed, match["gap"]))
        elif name and not only_plain:
            words.append(Word(typed, typed, match["gap"], name, None if value is None else _unquoted(value)))
        else:
            words.append(Word(typed, typed, match["gap"]))
    return tuple(words)


def _unquoted(value: str) -> str:
    whole = len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]
    return value[1:-1] if whole else value
