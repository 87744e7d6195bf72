"""Text from agents and tools, made safe to show: what could move the cursor or reorder letters is marked."""

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""Control characters but tab and newline; zero-width, bidi and tag characters."""


def visible(text: str) -> str:
    """`text` with every character that a terminal would obey, or hide, replaced by a visible mark.

    `\\x1b` becomes `␛`, other C0 controls their picture from U+2400, the rest `⟨U+202E⟩`. A carriage
    return before a newline is dropped. Tabs and newlines stay.
    """
    return _UNSAFE.sub(_mark, text.replace("\r\n", "\n"))


def one_line(text: str, limit: int = 400) -> str:
    """`visible(text)` on one line: runs of white space become one space; cut with `…` beyond `limit`."""
    flat = " ".join(visible(text[: limit * 4]).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"⟨U+{code:04X}⟩"
