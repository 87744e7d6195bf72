"""Fills a prompt template. Pure, and in one pass: what a value holds is never expanded again.

There are no placeholders that run a program or read a file: a template is text, and only agents act.
"""

import re

from mogplex_cli.custom_commands.binding import Bound
from mogplex_cli.custom_commands.command import ALL_WORDS, PLACEHOLDER


def expand(body: str, bound: Bound) -> str:
    """The prompt. A name that is no argument stays as it is written, such as `$HOME` in a line of shell."""

    def value(match: re.Match[str]) -> str:
        if match["index"]:
            place = int(match["index"]) - 1
            given = bound.words if place < len(bound.words) else bound.defaults
            return given[place] if place < len(given) else ""
        name = match["named"] or match["upper"]
        if name == ALL_WORDS:
            return " ".join(bound.words)
        return bound.values.get(name, match.group())

    return PLACEHOLDER.sub(value, body)
