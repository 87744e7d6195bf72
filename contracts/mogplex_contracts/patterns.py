"""Permission patterns: what `bash:git status*` or `write:src/**` means, and which text it matches.

A pattern is a kind, a colon and a body. `*` is any text, `?` any one character; in a path `*` and `?` stay
within one name, `**` crosses names, and `**/` may also be nothing. Brackets are plain characters, because
paths and commands are full of them. A backslash before `*`, `?` or a backslash makes it a plain character.
"""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Literal, get_args

PatternKind = Literal["bash", "read", "write", "delete", "memory", "mcp", "model"]
"""What stands before the colon of a pattern and of a descriptor."""

KINDS: tuple[PatternKind, ...] = get_args(PatternKind)
PATH_KINDS: frozenset[str] = frozenset(("read", "write", "delete"))

MAX_PATTERN_CHARACTERS = 20_000
MAX_PATH_CHARACTERS = 4_096
"""A longer path matches nothing: the systems we run on refuse it too."""
MAX_OPTIONAL_FOLDERS = 6
"""With more `**/` in it a pattern counts as covered by nothing."""
MAX_STEPS = 1_000_000
"""Above this many steps `may_match` stops comparing and says yes, the careful answer."""


class Wildcard(Enum):
    """The parts of a pattern that are not plain characters."""

    ONE = "one character"
    NAME = "any text within one name of a path"
    ANY = "any text"
    FOLDERS = "the next two tokens, any text and a slash, may be left out"


Token = str | Wildcard
"""One plain character, or a wildcard."""


class BadPattern(ValueError):
    """A pattern that means nothing or can never match; the message names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern. `text` is what the person wrote."""

    text: str
    kind: PatternKind
    tokens: tuple[Token, ...]
    specificity: int
    """How many plain characters the body has: the more, the more specific."""

    @property
    def exact(self) -> bool:
        """Whether it has no wildcard and so matches one text only."""
        return self.specificity == len(self.tokens)


def split_descriptor(descriptor: str) -> tuple[PatternKind | None, str]:
    """Kind and body of `bash:git status`; the kind is None when it is not one we know."""
    kind, colon, body = descriptor.partition(":")
    for known in KINDS:
        if colon and kind == known:
            return known, body
    return None, descriptor


@lru_cache(maxsize=4_096)
def parse_pattern(text: str) -> Pattern:
    """The pattern `text` stands for.

    Raises BadPattern.
    """
    kind, body = split_descriptor(text)
    if kind is None:
        raise BadPattern(
            f"{show(text)} has no kind: write one of {', '.join(f'{k}:' for k in KINDS)} before it"
        )
    fault = _fault(kind, body)
    if fault is not None:
        raise BadPattern(f"{show(text)} {fault}")
    tokens = _tokens(kind, body)
    return Pattern(text, kind, tokens, sum(isinstance(token, str) for token in tokens))


def exact_pattern(descriptor: str) -> str:
    """The pattern that matches this descriptor and nothing else.

    Raises BadPattern when no pattern can, as for a command with a control character.
    """
    kind, body = split_descriptor(descriptor)
    pattern = f"{kind}:{literal(body)}" if kind is not None else descriptor
    parse_pattern(pattern)
    return pattern


def literal(text: str) -> str:
    """`text` written so that no character of it is a wildcard of a pattern."""
    return re.sub(r"([*?\\])", r"\\\1", text)


def matches(pattern: Pattern, body: str) -> bool:
    """Whether the pattern matches the body of a descriptor of the same kind."""
    if pattern.kind in PATH_KINDS:
        return _path_matches(pattern.tokens, body)
    return _text_expression(pattern.text).fullmatch(body) is not None


def covers(wide: Pattern, narrow: Pattern) -> bool:
    """Whether everything `narrow` matches is matched by `wide` too; False also when that is hard to tell."""
    if wide.kind != narrow.kind or _rooted(wide.tokens) != _rooted(narrow.tokens):
        return False
    if narrow.tokens.count(Wildcard.FOLDERS) > MAX_OPTIONAL_FOLDERS:
        return False
    return all(_accepts(wide.tokens, tokens) for tokens in _without_folders(narrow.tokens))


def may_match(pattern: Pattern, pieces: Sequence[str | None]) -> bool:
    """Whether a text known only in part could match. None stands for any text, nothing included.

    Used for commands whose variables are filled in when they run; kinds that are paths are never asked.
    """
    text: list[Token] = []
    for piece in pieces:
        text.extend((Wildcard.ANY,) if piece is None else piece)
    tokens = pattern.tokens
    if len(tokens) * len(text) > MAX_STEPS:
        return True
    width = len(text) + 1
    waiting, seen = [(0, 0)], bytearray((len(tokens) + 1) * width)
    while waiting:
        here, there = waiting.pop()
        if seen[here * width + there]:
            continue
        seen[here * width + there] = 1
        if here == len(tokens) and there == len(text):
            return True
        left = tokens[here] if here < len(tokens) else None
        right = text[there] if there < len(text) else None
        if left is Wildcard.ANY:
            waiting.append((here + 1, there))
        if right is Wildcard.ANY:
            waiting.append((here, there + 1))
        if (
            left is not None
            and right is not None
            and (not isinstance(left, str) or right in (left, Wildcard.ANY))
        ):
            waiting.append((here + (left is not Wildcard.ANY), there + (right is not Wildcard.ANY)))
    return False


def show(text: str) -> str:
    """`text` on one line, all of it visible: control and direction marks as `\\x1b`, `\\u202e`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _tokens(kind: PatternKind, body: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    place = 0
    while place < len(body):
        character = body[place]
        place += 1
        if character == "\\" and body[place : place + 1] in ("*", "?", "\\"):
            tokens.append(body[place])
            place += 1
        elif character == "?":
            tokens.append(Wildcard.ONE)
        elif character == "*":
            stars_end = place
            while body[stars_end : stars_end + 1] == "*":
                stars_end += 1
            at_name_start = place == 1 or body[place - 2] == "/"
            doubled, place = stars_end > place, stars_end
            if kind not in PATH_KINDS:
                tokens.append(Wildcard.ANY)
            elif doubled and at_name_start and body[place : place + 1] == "/":
                tokens.extend((Wildcard.FOLDERS, Wildcard.ANY))
            else:
                tokens.append(Wildcard.ANY if doubled else Wildcard.NAME)
        else:
            tokens.append(character)
    return tuple(tokens)


def _fault(kind: PatternKind, body: str) -> str | None:
    if not body:
        return f"matches nothing: write what may follow {kind}:, such as {kind}:*"
    if len(body) > MAX_PATTERN_CHARACTERS:
        return f"is longer than {MAX_PATTERN_CHARACTERS} characters"
    for character in body:
        if not character.isprintable() and not (kind == "bash" and character in "\n\t"):
            return f"has the invisible character U+{ord(character):04X}: take it out"
    if body != body.strip():
        return f"can never match: take out the space around {show(body.strip())!r}"
    if kind == "mcp" and "/" not in body and "*" not in body:
        return f"can never match: write mcp:{body}/* for every tool of that server"
    return _path_fault(kind, body) if kind in PATH_KINDS else None


def _path_fault(kind: PatternKind, body: str) -> str | None:
    if body.startswith("~"):
        return "can never match: ~ is not filled in here, write the whole path"
    if body.endswith("/") and body != "/":
        return f"can never match: write {kind}:{body}** for everything in that folder"
    names = body.removeprefix("/").split("/")
    if ".." in names:
        return "can never match: paths are compared without .., write where it leads"
    if body != "." and ("." in names or ("" in names and body != "/")):
        return f"can never match: write {kind}:{posixpath.normpath(body)}"
    return None


@lru_cache(maxsize=4_096)
def _text_expression(pattern: str) -> re.Pattern[str]:
    # Between two wildcards the first place a piece fits is as good as any later one, so each piece is an
    # atomic group: no input can make the search go back over what it has decided.
    pieces = [""]
    for token in parse_pattern(pattern).tokens:
        match token:
            case Wildcard.ONE:
                pieces[-1] += "."
            case str():
                pieces[-1] += re.escape(token)
            case Wildcard.ANY | Wildcard.NAME | Wildcard.FOLDERS:
                pieces.append("")
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    first, *middle, last = pieces
    return re.compile(first + "".join(f"(?>.*?{piece})" for piece in middle) + ".*" + last, re.DOTALL)


def _path_matches(tokens: tuple[Token, ...], path: str) -> bool:
    # A pattern without a leading slash speaks of the workspace, so it never reaches an absolute path.
    if len(path) > MAX_PATH_CHARACTERS or _rooted(tokens) != path.startswith("/"):
        return False
    return _accepts(tokens, tuple(path))


def _rooted(tokens: Sequence[Token]) -> bool:
    return tokens[:1] == ("/",)


def _accepts(tokens: tuple[Token, ...], letters: Sequence[Token]) -> bool:
    """Whether `tokens` take in all of `letters`; a wildcard among these is any text it stands for."""
    places = _skip(tokens, {0})
    for letter in letters:
        after: set[int] = set()
        for place in places:
            if place < len(tokens) and _takes(tokens[place], letter):
                repeats = tokens[place] in (Wildcard.ANY, Wildcard.NAME)
                after.add(place if repeats else place + 1)
        places = _skip(tokens, after)
        if not places:
            return False
    return len(tokens) in places


def _without_folders(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """The pattern once with and once without each `**/`, so that no token is optional any more."""
    if Wildcard.FOLDERS not in tokens:
        return [tokens]
    place = tokens.index(Wildcard.FOLDERS)
    rests = _without_folders(tokens[place + 1 :])
    return [(*tokens[:place], *rest[skipped:]) for rest in rests for skipped in (0, 2)]


def _takes(token: Token, letter: Token) -> bool:
    match token:
        case Wildcard.ANY:
            return True
        case Wildcard.FOLDERS:
            return False
        case Wildcard.NAME:
            return letter in (Wildcard.NAME, Wildcard.ONE) or (isinstance(letter, str) and letter != "/")
        case Wildcard.ONE:
            return letter is Wildcard.ONE or (isinstance(letter, str) and letter != "/")
        case str():
            return token == letter


def _skip(tokens: tuple[Token, ...], places: set[int]) -> set[int]:
    """Every place that can be reached from `places` without reading a letter."""
    reached, waiting = set[int](), list(places)
    while waiting:
        place = waiting.pop()
        if place in reached:
            continue
        reached.add(place)
        if place < len(tokens):
            match tokens[place]:
                case Wildcard.ANY | Wildcard.NAME:
                    waiting.append(place + 1)
                case Wildcard.FOLDERS:
                    waiting.extend((place + 1, place + 3))
                case Wildcard.ONE | str():
                    pass
    return reached
