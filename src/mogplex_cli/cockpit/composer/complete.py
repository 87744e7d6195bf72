"""What the line being typed may become: a slash name, a word of its argument, a file after `@`. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

CHOICE = re.compile(r"[<\[]([\w-]+(?:\|[\w-]+)+)[>\]]")
"""A part of an argument that lists what may stand there, such as `[approval|auto]`."""
MENTION = re.compile(r"""(?:^|(?<=[\s(]))@(?P<quote>"?)(?P<query>[^\s"]*|(?<=")[^"]*)$""")
"""`@` at the beginning of a word, up to the cursor."""


class SlashHelp(NamedTuple):
    """A slash command as the composer offers it."""

    name: str
    argument: str
    """What to write after it; empty when it takes nothing."""
    help: str
    source: str = ""
    """Where a custom command is from; empty for what is built in."""
    choices: tuple[tuple[str, str], ...] = ()
    """Words its argument may hold, each with what it means."""

    @property
    def usage(self) -> str:
        """How to write it."""
        return f"/{self.name} {self.argument}".rstrip()


class Candidate(NamedTuple):
    """Something the text before the cursor may become."""

    label: str
    text: str
    """What it becomes."""
    start: int
    """Column where what it replaces begins; that ends at the cursor."""
    help: str = ""
    source: str = ""


class Mention(NamedTuple):
    """A file that is being named."""

    query: str
    start: int
    """Column of its `@`."""


def mention_at(before: str) -> Mention | None:
    """The file that is being named where `before`, the line up to the cursor, ends."""
    match = MENTION.search(before)
    return Mention(match["query"], match.start()) if match else None


def slash_candidates(before: str, commands: Sequence[SlashHelp]) -> tuple[Candidate, ...]:
    """The commands that one word with a slash may become: those that begin so, then those with a part that does."""
    if not before.startswith("/") or any(mark.isspace() for mark in before):
        return ()
    word = before[1:]
    begin = [command for command in commands if command.name.startswith(word)]
    within = [
        command
        for command in commands
        if command not in begin and any(part.startswith(word) for part in re.split(r"[:._-]", command.name))
    ]
    return tuple(
        Candidate(command.usage, completed(command), 0, command.help, command.source)
        for command in (*begin, *within)
    )


def completed(command: SlashHelp) -> str:
    """The text that asks for a command, ready for what has to follow."""
    return f"/{command.name}" + (" " if command.argument else "")


def command_of(line: str, commands: Sequence[SlashHelp]) -> SlashHelp | None:
    """The command whose argument is being typed; None while its name is, or when there is none."""
    name, blank, _ = line.partition(" ")
    if not blank or not name.startswith("/"):
        return None
    return next((command for command in commands if command.name == name[1:]), None)


def argument_candidates(before: str, command: SlashHelp) -> tuple[Candidate, ...]:
    """What the word of an argument where `before` ends may become."""
    word = re.split(r"\s", before)[-1]
    listed = [(each, "") for match in CHOICE.finditer(command.argument) for each in match[1].split("|")]
    return tuple(
        Candidate(text, text, len(before) - len(word), meaning)
        for text, meaning in (*listed, *command.choices)
        if text.startswith(word) and text != word and text not in before.split()
    )


def file_candidates(mention: Mention, paths: Sequence[str]) -> tuple[Candidate, ...]:
    """The files a mention may become; one whose name has white space stands in quotes."""
    return tuple(
        Candidate(path, f'@"{path}" ' if any(mark.isspace() for mark in path) else f"@{path} ", mention.start)
        for path in paths
    )
