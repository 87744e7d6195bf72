"""One markdown file to one command. Pure."""

from dataclasses import dataclass

from mogplex_cli.custom_commands.command import CustomCommand, Scope, is_name
from mogplex_cli.custom_commands.front_matter import (
    KNOWN,
    BrokenFrontMatter,
    read_front_matter,
    split_front_matter,
)
from mogplex_cli.custom_commands.nearest import meant
from mogplex_contracts.text import one_line

DESCRIPTION_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text was found."""

    parts: tuple[str, ...]
    """Its folders below the commands folder, then its file name without `.md`."""
    scope: Scope
    path: str
    """As people read it."""


class Unusable(ValueError):
    """No command can be made of a file; the message says why and how to mend it."""


def read_command(text: str, source: Source) -> tuple[CustomCommand, tuple[str, ...]]:
    """The command, and what in its file means nothing. Raises Unusable."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        header, body = split_front_matter(text)
        fields, unknown = read_front_matter(header or "")
        arguments = fields.declared()
    except BrokenFrontMatter as broken:
        raise Unusable(f"{broken}; mend it, until then this command is left out") from broken
    name = fields.name.strip().removeprefix("/") if fields.name else ":".join(source.parts)
    if not is_name(name):
        raise Unusable(
            f"/{one_line(name, 40)} cannot be typed as a command; use letters, digits, - _ . and : for folders"
        )
    body = body.strip()
    if not body:
        raise Unusable("it has no text; write the prompt below its front matter")
    command = CustomCommand(
        name=name,
        scope=source.scope,
        path=source.path,
        body=body,
        description=one_line(fields.description or _first_line(body), DESCRIPTION_CHARACTERS),
        aliases=fields.aliases,
        arguments=arguments,
        model=fields.model,
        allowed_tools=fields.allowed_tools,
        available_during_task=fields.available_during_task,
    )
    return command, tuple(_unknown(name) for name in unknown)


def _first_line(body: str) -> str:
    return next(line.strip("# ").strip() for line in body.splitlines() if line.strip())


def _unknown(name: str) -> str:
    near = meant(name, KNOWN, "")
    return f"{one_line(name, 40)} is no field of a command · {near}it is passed over"
