"""The code of a source text without its strings and comments, and its comments alone.

A small scanner per family of languages, one regular expression each: exact enough to tell a call from a call
that is quoted or commented out, without a parser for every language.
"""

import re
from dataclasses import dataclass

_DOUBLE = r'"(?:\\.|[^"\\\n])*"?'
_SINGLE = r"'(?:\\.|[^'\\\n])*'?"
_CHARACTER = r"'(?:\\[^\n]{1,8}?|[^'\\\n])'"
_BACKTICKS = r"`(?:\\.|[^`\\])*`?"
_SLASHES = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
_HASH = r"\#[^\n]*"
_SPACED_HASH = r"(?<![^\s;(])\#[^\n]*"
_TRIPLE = r"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)"
_TAGS = r"<!--.*?(?:-->|\Z)"


def _family(strings: str, comments: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<string>{strings})|(?P<comment>{comments})", re.DOTALL)


C_LIKE = _family(f"{_DOUBLE}|{_SINGLE}", _SLASHES)
SCRIPT_LIKE = _family(f"{_DOUBLE}|{_SINGLE}|{_BACKTICKS}", _SLASHES)
RUST_LIKE = _family(f"{_DOUBLE}|{_CHARACTER}", _SLASHES)
PYTHON_LIKE = _family(f"{_TRIPLE}|{_DOUBLE}|{_SINGLE}", _HASH)
SHELL_LIKE = _family(f"{_DOUBLE}|{_SINGLE}", _SPACED_HASH)
PHP_LIKE = _family(f"{_DOUBLE}|{_SINGLE}", f"{_SLASHES}|{_SPACED_HASH}")
SQL_LIKE = _family(f"{_DOUBLE}|{_SINGLE}", r"--[^\n]*|/\*.*?(?:\*/|\Z)")
LUA_LIKE = _family(f"{_DOUBLE}|{_SINGLE}", r"--\[\[.*?(?:\]\]|\Z)|--[^\n]*")
HASKELL_LIKE = _family(f"{_DOUBLE}|{_CHARACTER}", r"--[^\n]*|\{-.*?(?:-\}|\Z)")
COMPONENT_LIKE = _family(f"{_DOUBLE}|{_SINGLE}|{_BACKTICKS}", f"{_TAGS}|(?<!:){_SLASHES}")
MARKUP_LIKE = _family(r"(?!)", _TAGS)

FAMILIES: dict[str, re.Pattern[str]] = {
    "Astro": COMPONENT_LIKE,
    "C": C_LIKE,
    "C#": C_LIKE,
    "C++": C_LIKE,
    "CMake": SHELL_LIKE,
    "CSS": C_LIKE,
    "CUDA": C_LIKE,
    "Cython": PYTHON_LIKE,
    "D": C_LIKE,
    "Dart": C_LIKE,
    "Dockerfile": SHELL_LIKE,
    "Elixir": SHELL_LIKE,
    "Elm": HASKELL_LIKE,
    "Go": SCRIPT_LIKE,
    "Groovy": C_LIKE,
    "HTML": MARKUP_LIKE,
    "Haskell": HASKELL_LIKE,
    "INI": SHELL_LIKE,
    "Java": C_LIKE,
    "JavaScript": SCRIPT_LIKE,
    "Julia": SHELL_LIKE,
    "Kotlin": C_LIKE,
    "Less": C_LIKE,
    "Lua": LUA_LIKE,
    "Makefile": SHELL_LIKE,
    "Nim": SHELL_LIKE,
    "Nix": SHELL_LIKE,
    "Objective-C": C_LIKE,
    "PHP": PHP_LIKE,
    "Perl": SHELL_LIKE,
    "PowerShell": SHELL_LIKE,
    "Protocol Buffers": C_LIKE,
    "Python": PYTHON_LIKE,
    "R": SHELL_LIKE,
    "Ruby": SHELL_LIKE,
    "Rust": RUST_LIKE,
    "SCSS": C_LIKE,
    "SQL": SQL_LIKE,
    "Scala": C_LIKE,
    "Shell": SHELL_LIKE,
    "Solidity": C_LIKE,
    "Svelte": COMPONENT_LIKE,
    "Swift": C_LIKE,
    "TOML": SHELL_LIKE,
    "Terraform": PHP_LIKE,
    "Textual CSS": C_LIKE,
    "TypeScript": SCRIPT_LIKE,
    "Vue": COMPONENT_LIKE,
    "YAML": SHELL_LIKE,
    "Zig": SCRIPT_LIKE,
}
"""The scanner of each language that has one. Languages that are prose or data have none."""

NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text split in two of the same shape: every character is in its place in one of them or in neither."""

    code: str
    """Without strings and comments."""
    comments: str
    """The comments alone; the whole text in a language without a scanner."""


def masked(text: str, language: str) -> Masked:
    """The code and the comments of a text. In a language without a scanner both are the whole text."""
    family = FAMILIES.get(language)
    if family is None:
        return Masked(text, text)
    code: list[str] = []
    comments: list[str] = []
    end = 0
    for match in family.finditer(text):
        between, piece = text[end : match.start()], match.group()
        blank = NOT_NEWLINE.sub(" ", piece)
        code += between, blank
        comments += NOT_NEWLINE.sub(" ", between), piece if match.lastgroup == "comment" else blank
        end = match.end()
    code.append(text[end:])
    comments.append(NOT_NEWLINE.sub(" ", text[end:]))
    return Masked("".join(code), "".join(comments))
