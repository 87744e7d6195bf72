"""One word of a shell line: what it says, how far that is known before it runs, and its plain form."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

PLAIN = re.compile(r"[\w@%+=:,./^-]+")
"""A value that means the same with and without quotes."""
EXPANDING = re.compile(r"(?<!\\)(?:\\\\)*[*?\[]")
"""An unquoted character that makes the shell look for files."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word. Quotes and backslashes that change nothing are gone: `r\\m`, `'rm'` and `"rm"` read `rm`."""

    text: str
    """How it reads in the plain form of the command."""
    value: str | None
    """What the program gets, or None when only running the line can tell."""
    shape: tuple[str | None, ...]
    """`text` in pieces; None stands for a piece that is not known yet."""

    @classmethod
    def known(cls, value: str, written: str = "") -> "Word":
        """A word whose value is known; `written` is how the line has it."""
        plain = value == written or PLAIN.fullmatch(value) is not None
        text = value if plain else "'" + value.replace("'", "'\\''") + "'"
        return cls(text, value, (text,))

    @classmethod
    def unknown(cls, written: str) -> "Word":
        """A word of which nothing is known but how it is written."""
        return cls(written, None, (None,))


def read_word(node: "Node", line: str) -> Word:
    """The word that a node of the tree of `line` stands for. What is not understood is an unknown word."""
    written = line[node.start_byte : node.end_byte]
    parts = node.children if node.type == "concatenation" else [node]
    if _has_braces(written) and any(
        part.type == "word" and "{" in line[part.start_byte : part.end_byte] for part in parts
    ):
        return Word.unknown(written)
    values = [_value(part, line) for part in parts]
    known = [value for value in values if value is not None]
    if len(known) == len(values):
        return Word.known("".join(known), written)
    shape = tuple(value if value is not None and PLAIN.fullmatch(value) else None for value in values)
    return Word(written, None, shape)


def _value(node: "Node", line: str) -> str | None:
    written = line[node.start_byte : node.end_byte]
    match node.type:
        case "word" | "number" | "test_operator" if not node.children:
            if EXPANDING.search(written):
                return None
            return re.sub(r"\\(\n|.)", lambda found: found[1].strip("\n"), written)
        case "raw_string":
            return written[1:-1]
        case "string" if all(child.type == "string_content" for child in node.named_children):
            return re.sub(r'\\([$`"\\\n])', lambda found: found[1].strip("\n"), written[1:-1])
        case "command_name" if len(node.children) == 1:
            return read_word(node.children[0], line).value
        case _:
            return None


def _has_braces(written: str) -> bool:
    """Whether the shell may make several words of it: `{a,b}` or `{1..3}`."""
    return re.search(r"\{.*(?:,|\.\.).*\}", written, re.DOTALL) is not None
