"""The fields between two lines of `---` at the top of a command file. Pure."""

from typing import Any

from pydantic import AliasChoices, ConfigDict, Field, ValidationError, field_validator

from mogplex_cli.custom_commands.command import ALL_WORDS, Argument, Kind, is_name
from mogplex_cli.custom_commands.plain_yaml import BrokenYaml, read_mapping
from mogplex_contracts.base import Strict

FENCE = "---"
MAX_CHARACTERS = 16_384
KNOWN = ("name", "description", "aliases", "arguments", "model", "allowed-tools", "available-during-task")
ARGUMENT_NAME = r"[A-Za-z][A-Za-z0-9_-]*"


class BrokenFrontMatter(ValueError):
    """It cannot be used; the message says where it is wrong and what to write."""


class ArgumentFields(Strict):
    """One item of `arguments`."""

    name: str = Field(pattern=rf"^{ARGUMENT_NAME}$")
    kind: Kind = "positional"
    required: bool = False
    default: str | None = None
    description: str = ""


class FrontMatter(Strict):
    """All fields there are. Those a later version may add are named by the caller, and passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: str | None = None
    description: str = ""
    aliases: tuple[str, ...] = ()
    arguments: tuple[ArgumentFields, ...] = ()
    model: str | None = Field(default=None, min_length=1)
    allowed_tools: tuple[str, ...] | None = Field(
        default=None, validation_alias=AliasChoices("allowed-tools", "allowed_tools")
    )
    available_during_task: bool = Field(
        default=True, validation_alias=AliasChoices("available-during-task", "available_during_task")
    )

    @field_validator("aliases", "allowed_tools", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        """A list, or what YAML people often write instead: words joined by commas."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("arguments", mode="before")
    @classmethod
    def _none_written(cls, value: Any) -> Any:
        return () if value == "" else value

    @field_validator("aliases", mode="after")
    @classmethod
    def _callable(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        bare = tuple(name.removeprefix("/") for name in names)
        for name in bare:
            if not is_name(name):
                raise ValueError(f"/{name[:40]} cannot be typed as a command")
        return bare

    def declared(self) -> tuple[Argument, ...]:
        """The arguments. Raises BrokenFrontMatter when they cannot be told apart."""
        arguments = tuple(Argument(**each.model_dump()) for each in self.arguments)
        names = [argument.name for argument in arguments]
        for name in names:
            if name == ALL_WORDS:
                raise BrokenFrontMatter(f"arguments: {ALL_WORDS} stands for all of them, name it otherwise")
            if names.count(name) > 1:
                raise BrokenFrontMatter(f"arguments: two are called {name}")
        rests = [place for place, argument in enumerate(arguments) if argument.kind == "rest"]
        if len(rests) > 1:
            raise BrokenFrontMatter("arguments: only one can be of kind rest")
        if rests and any(argument.kind == "positional" for argument in arguments[rests[0] :]):
            raise BrokenFrontMatter("arguments: nothing positional can follow the rest")
        left_out = False
        for argument in arguments:
            if argument.kind == "positional" and argument.needed and left_out:
                raise BrokenFrontMatter(f"arguments: {argument.name} is required but follows one that is not")
            left_out = left_out or (argument.kind == "positional" and not argument.needed)
        return arguments


def split_front_matter(text: str) -> tuple[str | None, str]:
    """Front matter and body; None for a file without front matter. Raises BrokenFrontMatter."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != FENCE:
        return None, text
    lines = rest.split("\n")
    for place, line in enumerate(lines):
        if line.rstrip() == FENCE:
            return "\n".join(lines[:place]), "\n".join(lines[place + 1 :])
    raise BrokenFrontMatter("its first line begins front matter that never ends; end it with a line of ---")


def read_front_matter(text: str) -> tuple[FrontMatter, tuple[str, ...]]:
    """The fields, and the names of those nobody knows. Raises BrokenFrontMatter."""
    if len(text) > MAX_CHARACTERS:
        raise BrokenFrontMatter(f"front matter of {len(text)} characters, {MAX_CHARACTERS} is the limit")
    try:
        fields = read_mapping(text)
    except BrokenYaml as broken:
        # The first line of the file is the fence.
        line = f"line {broken.line + 1}: " if broken.line else ""
        raise BrokenFrontMatter(f"{line}{broken}") from broken
    spelled = {name.replace("_", "-") for name in fields}
    if len(spelled) < len(fields):
        raise BrokenFrontMatter("a field is written both with - and with _; keep one")
    unknown = tuple(name for name in fields if name.replace("_", "-") not in KNOWN)
    if fields.get("allowed-tools", fields.get("allowed_tools")) == "":
        raise BrokenFrontMatter("allowed-tools: nothing follows it; write [] for no tools, or leave it out")
    try:
        return FrontMatter.model_validate(fields), unknown
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise BrokenFrontMatter(f"{place}: {first['msg'].removeprefix('Value error, ')}") from error
