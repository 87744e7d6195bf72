"""What a custom command is, once its file was read."""

import re
from typing import Literal, NamedTuple

Scope = Literal["project", "user"]
Kind = Literal["positional", "named", "rest"]

NAME = re.compile(r"\w[\w.-]*(?::\w[\w.-]*)*")
"""What can be typed after the slash: words of letters, digits, `_`, `.` and `-`, joined by colons."""


class Argument(NamedTuple):
    """One argument a command declares."""

    name: str
    kind: Kind = "positional"
    required: bool = False
    default: str | None = None
    """Its value when it is left out; None for no value."""
    description: str = ""

    @property
    def needed(self) -> bool:
        """Whether the command cannot be invoked without it."""
        return self.required and self.default is None


class CustomCommand(NamedTuple):
    """One markdown file, as a command."""

    name: str
    """Without the slash, such as `release:notes`."""
    scope: Scope
    path: str
    """Its file as people read it: relative to the project, or under `~`."""
    body: str
    """The prompt template."""
    description: str = ""
    aliases: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    model: str | None = None
    """Model of the turn it makes; None for whichever is in use."""
    allowed_tools: tuple[str, ...] | None = None
    """The only tools of the turn it makes; None narrows nothing, an empty list leaves none."""
    available_during_task: bool = True
    """Whether it can be invoked while a run is active."""

    @property
    def positional(self) -> tuple[Argument, ...]:
        """Its positional arguments, in their order."""
        return tuple(argument for argument in self.arguments if argument.kind == "positional")

    @property
    def rest(self) -> Argument | None:
        """The argument that takes all further words, if it declares one."""
        return next((argument for argument in self.arguments if argument.kind == "rest"), None)

    @property
    def hint(self) -> str:
        """What to write after its name, what is needed first: `<pr> [--audience=…]`; empty for nothing."""
        if not self.arguments:
            return "[arguments]" if takes_words(self.body) else ""
        shown = {"positional": "{}", "named": "--{}=…", "rest": "{}…"}
        ordered = sorted(self.arguments, key=lambda argument: not argument.needed)
        return " ".join(
            ("<{}>" if argument.needed else "[{}]").format(shown[argument.kind].format(argument.name))
            for argument in ordered
        )


class Problem(NamedTuple):
    """Something of a command that does not hold as it was written. All else is loaded nevertheless."""

    place: str
    """The file, folder or setting."""
    message: str
    """What is wrong there, what holds instead, and how to mend it."""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


PLACEHOLDER = re.compile(
    r"\$\{(?P<named>[A-Za-z][A-Za-z0-9_-]*)\}|\$(?P<index>[1-9][0-9]?)(?![0-9])|\$(?P<upper>[A-Z][A-Z0-9_]*)"
)
"""`${name}`, `$1` to `$99`, `$NAME`. Anything else that begins with a dollar is text: `$100` is a price."""
ALL_WORDS = "ARGUMENTS"
"""`$ARGUMENTS` stands for all positional arguments."""


def takes_words(body: str) -> bool:
    """Whether a template has any placeholder that a word could fill."""
    return PLACEHOLDER.search(body) is not None


def asked_names(body: str) -> frozenset[str]:
    """The names that a template's `${name}` and `$NAME` ask for."""
    found = (match["named"] or match["upper"] for match in PLACEHOLDER.finditer(body))
    return frozenset(name for name in found if name and name != ALL_WORDS)


def is_name(name: str) -> bool:
    """Whether a command can be called so."""
    return len(name) <= 80 and NAME.fullmatch(name) is not None
