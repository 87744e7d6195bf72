"""Text from a repository, made safe to show: nothing in it can move a cursor or reorder what is read."""

import unicodedata

UNSAFE_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Unicode categories that draw nothing or change how others are drawn: control, bidi, surrogates."""


def printable(text: str) -> str:
    """The text on one line: tabs become a space, characters that cannot be shown are dropped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if character == "\t" else character
        for character in text
        if character == "\t" or unicodedata.category(character) not in UNSAFE_CATEGORIES
    )


def shown_path(path: str) -> str:
    r"""A path as it is shown: unsafe characters and stray bytes as escapes (`\n`, `\u202e`, `\xff`)."""
    if path.isascii() and path.isprintable():
        return path
    return "".join(_escaped(character) for character in path)


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in UNSAFE_CATEGORIES:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # os.fsdecode keeps an undecodable byte as this surrogate
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis standing for the rest."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def width(text: str) -> int:
    """How many terminal cells the text takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
