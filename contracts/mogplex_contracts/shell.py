"""Takes a shell line apart: every simple command in it, and why a rule for its first words may not cover it.

Nothing is run and nothing is guessed. What cannot be understood is a problem, and a line with a problem is
never covered by a pattern with a wildcard: a person is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from mogplex_contracts.shell_tables import (
    FIND_COMMANDS,
    HARMLESS_TARGETS,
    HIDDEN_CODE,
    SHELLS,
    WRAPPERS,
    Wrapper,
    is_dangerous_variable,
)
from mogplex_contracts.shell_words import Word, read_word

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

ProblemKind = Literal["unparsable", "hidden_code", "substitution", "redirection", "environment"]
"""hidden_code: runs what the line does not show. redirection: writes a file, or reads one outside."""

MAX_LINE_CHARACTERS = 100_000
MAX_DEPTH = 12
"""How many commands may be wrapped in each other."""
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?=\+?=)")
SIMPLE_VARIABLE = re.compile(r"\$\{\w+\}")
HERE_DOCUMENT_NAME = re.compile(r"(['\"]?)(\w+)\1", re.ASCII)
UNUSUAL = re.compile(r"[^\n\t\x20-\x7e]")
"""Every such character is a plain part of a word for the shell. The grammar gets `%` for it, also plain, because
its scanner looks characters up in a table that is too short for them and can crash; so places stay the same."""
REDIRECTS = frozenset(("file_redirect", "heredoc_redirect", "herestring_redirect"))
SETS_VARIABLES = frozenset(
    ("declare", "export", "getopts", "local", "mapfile", "printf", "read", "readarray", "readonly", "typeset")
)
SHELL_FLAGS = frozenset(("--login", "--noprofile", "--norc", "--posix"))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line is not covered by a prefix rule. `str()` gives the text for a person."""

    kind: ProblemKind
    text: str
    target: str = ""
    """The file of a redirection, as far as it is known."""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SimpleCommand:
    """One program and its arguments, after looking through `env`, `sudo`, `xargs`, `sh -c` and their like."""

    text: str
    """The plain form that rules match: words with one space between, no quotes where none are needed."""
    words: tuple[str, ...]
    """The words of `text` without quotes; the source text where the value is not known."""
    shape: tuple[str | None, ...]
    """`text` in pieces; None stands for text that is only known when it runs."""
    original: str
    """How the line has it, with what was looked through."""
    other_texts: tuple[str, ...] = ()
    """Other names of the same command, which a `deny` or `ask` rule may match but an `allow` may not."""

    @property
    def known(self) -> bool:
        """Whether every word is known before it runs."""
        return None not in self.shape


@dataclass(frozen=True, slots=True)
class ShellLine:
    """A line taken apart. With problems `commands` still holds what was found, so that a `deny` can match."""

    line: str
    commands: tuple[SimpleCommand, ...]
    problems: tuple[Problem, ...]


def split(line: str) -> ShellLine:
    """Take a line (or a script of many lines) apart. Never raises, whatever the text."""
    return _split(line)


@lru_cache(maxsize=64)
def _split(line: str) -> ShellLine:
    reader = _Reader()
    reader.read(line, ())
    if not reader.commands and not reader.problems:
        reader.problem("unparsable", "no command in the line")
    return ShellLine(line, tuple(reader.commands), tuple(dict.fromkeys(reader.problems)))


@lru_cache(maxsize=1)
def _parser() -> "Parser":
    # Loading the grammar takes longer than importing all contracts, and most programs never split a line.
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


@dataclass(slots=True)
class _Reader:
    """Collects the commands and problems of one line and of the scripts inside it."""

    commands: list[SimpleCommand] = field(default_factory=list[SimpleCommand])
    problems: list[Problem] = field(default_factory=list[Problem])
    depth: int = 0

    def problem(self, kind: ProblemKind, text: str, target: str = "") -> None:
        self.problems.append(Problem(kind, text, target))

    def read(self, line: str, outer: tuple[str, ...]) -> None:
        """Read a script. `outer` are the texts of the commands that run it."""
        if len(line) > MAX_LINE_CHARACTERS:
            self.problem("unparsable", f"too long: more than {MAX_LINE_CHARACTERS} characters")
            return
        for character in line:
            if not character.isprintable() and character not in "\n\t":
                self.problem("unparsable", f"the invisible character U+{ord(character):04X}")
                break
        if re.search(r"\S\\\n\S", line):
            # The shell joins such a word; the grammar sees two.
            self.problem("unparsable", "a word that goes on in the next line")
        root = _parser().parse(UNUSUAL.sub("%", line).encode()).root_node
        if root.has_error:
            self.problem("unparsable", "unparsable")
        leaves: list[tuple[int, int]] = []
        waiting = [root]
        while waiting:
            node = waiting.pop()
            self._visit(node, line, outer)
            if node.type == "heredoc_body":
                leaves.append((node.start_byte, node.end_byte))
            if node.child_count:
                waiting.extend(reversed(node.children))
            else:
                leaves.append((node.start_byte, node.end_byte))
        if _left_out(leaves, line):
            self.problem("unparsable", "unparsable")

    def _visit(self, node: "Node", line: str, outer: tuple[str, ...]) -> None:
        text = line[node.start_byte : node.end_byte]
        match node.type:
            case "command":
                self._command(node, line, outer)
            case "declaration_command" | "unset_command" | "test_command":
                words = [_written(word) for word in text.split()]
                self.commands.append(_simple(words, text, outer))
            case "variable_assignment" | "for_statement":
                name = node.child_by_field_name("name") or node.child_by_field_name("variable")
                self._variable(line[name.start_byte : name.end_byte] if name else text)
            case "command_substitution":
                self.problem("substitution", "command substitution " + ("$(…)" if text[0] == "$" else "`…`"))
            case "process_substitution":
                self.problem("substitution", f"process substitution {text[:2]}…)")
            case "expansion" if not SIMPLE_VARIABLE.fullmatch(text):
                self.problem("substitution", f"the expansion {text}")
            case "arithmetic_expansion" | "c_style_for_statement" | "((":
                self.problem("substitution", "arithmetic, which can run code")
            case "ansi_c_string" | "translated_string":
                self.problem("unparsable", "a $'…' string, which shells read in different ways")
            case "function_definition":
                self.problem("hidden_code", "a function, which gives commands other names")
            case "file_redirect":
                self._redirection(node, line)
            case "heredoc_redirect":
                self._here_document(node, line)
            case _:
                pass

    def _command(self, node: "Node", line: str, outer: tuple[str, ...]) -> None:
        words: list[Word] = []
        written: list[str] = []
        end = -1
        for child in node.children:
            if child.type in REDIRECTS:
                continue
            if child.start_byte == end:
                self.problem("unparsable", "unparsable")
            end = child.end_byte
            word = read_word(child, line)
            written.append(line[child.start_byte : child.end_byte])
            if child.type != "variable_assignment":
                words.append(word)
        if words:
            original = " ".join(written)
            also = (original,) if len(words) < len(written) else ()
            self._unwrap(words, original, (*outer, *also))

    def _unwrap(self, words: Sequence[Word], original: str, outer: tuple[str, ...]) -> None:
        """Note the command, or what is inside it when it only runs another one."""
        name = words[0].value
        if name is None:
            self.problem("hidden_code", f"the command {words[0].text} is only known when it runs")
            self.commands.append(_simple(words, original, outer))
            return
        command = _simple(words, original, outer)
        if self.depth == MAX_DEPTH:
            self.problem("hidden_code", f"more than {MAX_DEPTH} commands wrapped in each other")
            self.commands.append(command)
            return
        self.depth += 1
        self._look_inside(name.rpartition("/")[2], words, command)
        self.depth -= 1

    def _look_inside(self, base: str, words: Sequence[Word], command: SimpleCommand) -> None:
        if base in HIDDEN_CODE:
            self.problem("hidden_code", f"{base}, which {HIDDEN_CODE[base]}")
        if base in SETS_VARIABLES:
            for word in words[1:]:
                self._variable(word.text)
        if base in SHELLS:
            self._shell(base, words, command)
        elif base in WRAPPERS:
            self._wrapper(base, WRAPPERS[base], words, command)
        else:
            self.commands.append(command)
            if base == "find":
                self._find(words, command.original)

    def _wrapper(self, base: str, wrapper: Wrapper, words: Sequence[Word], command: SimpleCommand) -> None:
        start = _command_start(wrapper, words)
        if start is None:
            self.problem("hidden_code", f"{base} with options that hide what it runs")
        if start is None or start >= len(words):
            self.commands.append(command)
            return
        for word in words[1:start]:
            if ASSIGNMENT.match(word.text):
                self._variable(word.text)
        if wrapper.needs_rule:
            self.commands.append(command)
        inner = list(words[start:])
        if wrapper.more_arguments:
            if any((word.value or "").rpartition("/")[2] in SHELLS for word in inner):
                self.problem("hidden_code", f"{base} hands its input to a shell")
            # Any of the words may be a place that -I fills in, and more words follow at the end.
            filled = any(re.match(r"-\w*I|--replace", word.text) for word in words[1:start])
            inner = [inner[0], *(map(_fillable, inner[1:]) if filled else inner[1:]), Word.unknown("{}")]
            if filled and not re.fullmatch(r"[\w./-]+", inner[0].text):
                self.problem("hidden_code", f"{base} fills in the command that it runs")
        self._unwrap(inner, command.original, (*command.other_texts, command.text))

    def _shell(self, base: str, words: Sequence[Word], command: SimpleCommand) -> None:
        place = 1
        while place < len(words):
            value = words[place].value
            if value is None or (value.startswith("--") and value not in SHELL_FLAGS):
                break
            if not value.startswith(("-", "+")) or value == "-":
                if value != "-" and place < len(words):
                    self.commands.append(command)
                    return
                break
            if re.fullmatch(r"-[a-z]*c[a-z]*", value):
                self._script(base, words[place + 1 :], command)
                return
            place += 2 if re.fullmatch(r"[-+][a-z]*[oO]", value) else 1
        self.problem("hidden_code", f"{base} runs code that the line does not show")
        self.commands.append(command)

    def _script(self, base: str, words: Sequence[Word], command: SimpleCommand) -> None:
        script = words[0].value if words else None
        if script is None or script.startswith(("-", "+")):
            self.problem("hidden_code", f"{base} -c with code that is only known when it runs")
        else:
            before = len(self.commands), len(self.problems)
            self.read(script, (*command.other_texts, command.text))
            if (len(self.commands), len(self.problems)) != before:
                return
            self.problem("hidden_code", f"{base} -c without a command")
        self.commands.append(command)

    def _find(self, words: Sequence[Word], original: str) -> None:
        place = 1
        while place < len(words):
            place += 1
            if words[place - 1].value not in FIND_COMMANDS:
                continue
            end = place
            while end < len(words) and words[end].value not in (";", "+"):
                end += 1
            inner = [_fillable(word) if "{}" in word.text else word for word in words[place:end]]
            if inner:
                self._unwrap(inner, original, ())
            place = end

    def _variable(self, text: str) -> None:
        name = re.match(r"\w*", text)
        if name is not None and is_dangerous_variable(name[0]):
            self.problem("environment", f"sets {name[0]}, which changes what programs do")

    def _redirection(self, node: "Node", line: str) -> None:
        operator = next((child.type for child in node.children if not child.is_named), "")
        targets = [read_word(child, line) for child in node.children_by_field_name("destination")]
        if len(targets) > 1:
            self.problem("unparsable", "words after a redirection")
        for target in targets[:1]:
            value = target.value
            if value in HARMLESS_TARGETS or (
                operator in (">&", "<&") and re.fullmatch(r"\d+-?|-", value or "")
            ):
                continue
            inside = value is not None and not value.startswith(("/", "~")) and ".." not in value.split("/")
            if operator == "<" and inside:
                continue
            way = "input from" if operator in ("<", "<&") else "redirection to"
            self.problem("redirection", f"{way} {target.text}", target.text)

    def _here_document(self, node: "Node", line: str) -> None:
        parts = {child.type: line[child.start_byte : child.end_byte] for child in node.children}
        name = HERE_DOCUMENT_NAME.fullmatch(parts.get("heredoc_start", ""))
        body = parts.get("heredoc_body", "")
        if name is None or any(line.strip() == name[2] for line in body.splitlines()):
            self.problem("unparsable", "a here-document whose end is not clear")
        elif not name[1] and re.search(r"[$`\\]", body):
            self.problem("substitution", "a here-document that is filled in when it runs")
        if node.children_by_field_name("argument"):
            self.problem("unparsable", "words after a here-document")


def _simple(words: Sequence[Word], original: str, outer: tuple[str, ...]) -> SimpleCommand:
    text = " ".join(word.text for word in words)
    shape: list[str | None] = [*words[0].shape]
    for word in words[1:]:
        # A word that turns out empty takes its space with it.
        shape.extend(word.shape if word.shape[0] is None else (" ", *word.shape))
    names = [*outer, original]
    _, slash, base = (words[0].value or "").rpartition("/")
    if slash:
        names.append(" ".join((base, *(word.text for word in words[1:]))))
    others = tuple(dict.fromkeys(name for name in names if name != text))
    values = tuple(word.text if word.value is None else word.value for word in words)
    return SimpleCommand(text, values, tuple(shape), original, others)


def _written(text: str) -> Word:
    return Word.unknown(text) if re.search(r"[$`*?]", text) else Word(text, text, (text,))


def _fillable(word: Word) -> Word:
    return Word.unknown(word.text)


def _command_start(wrapper: Wrapper, words: Sequence[Word]) -> int | None:
    """Where the inner command starts; past the end when there is none; None when that can not be told."""
    place = 1
    while place < len(words):
        value = words[place].value
        if value is None:
            return None
        if value in wrapper.queries:
            return len(words)
        if value == "--":
            place += 1
            break
        if value not in wrapper.flags and (not value.startswith("-") or value == "-"):
            break
        taken = _option_words(wrapper, value)
        if taken is None:
            return None
        place += taken
    while wrapper.assignments and place < len(words) and ASSIGNMENT.match(words[place].text):
        place += 1
    place += wrapper.leading
    return None if any(word.value is None for word in words[1:place]) else place


def _option_words(wrapper: Wrapper, option: str) -> int | None:
    """How many words the option takes, itself included; None when the wrapper has no such option."""
    if option in wrapper.flags:
        return 1
    if option in wrapper.valued:
        return 2
    name, equals, _ = option.partition("=")
    if option.startswith("--"):
        return 1 if equals and name in wrapper.valued | wrapper.flags else None
    for place, letter in enumerate(option[1:], start=2):
        if f"-{letter}" in wrapper.valued:
            return 1 if option[place:] else 2
        if f"-{letter}" not in wrapper.flags:
            return None
    return 1


def _left_out(leaves: list[tuple[int, int]], line: str) -> bool:
    """Whether the grammar passed over anything but white space: then it did not understand the line."""
    end = 0
    for start, stop in [*sorted(leaves), (len(line), len(line))]:
        if line[end:start].replace("\\\n", "").strip(" \t\n"):
            return True
        end = max(end, stop)
    return False
