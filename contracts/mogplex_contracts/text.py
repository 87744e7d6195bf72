"""Text from agents and tools, made safe to show: what could move the cursor or reorder letters is marked."""

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Control characters but tab and newline; all others that take no cell and that letters do not need."""
_EMOJI_STYLE = re.compile("(?<![\ufe00-\ufe0f])[\ufe0e\ufe0f](?![\ufe00-\ufe0f])")
"""Asks for the coloured or the plain form of the sign before it."""


def visible(text: str) -> str:
    """`text` with every character that a terminal would obey, or hide, replaced by a visible mark.

    `\\x1b` becomes `␛`, other C0 controls their picture from U+2400, the rest `⟨U+202E⟩`. A carriage
    return before a newline is dropped, and so is what asks for the form of an emoji: terminals disagree about
    the cells it then takes. Tabs and newlines stay.
    """
    return _UNSAFE.sub(_mark, _EMOJI_STYLE.sub("", text.replace("\r\n", "\n")))


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
