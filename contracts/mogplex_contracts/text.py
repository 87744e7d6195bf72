"""Text from agents and tools, made safe to show: what could move the cursor or reorder letters is marked."""

import re

_UNSAFE_CLASS = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
"""Control characters but tab and newline; all others that take no cell and that letters do not need."""
_UNSAFE = re.compile(_UNSAFE_CLASS)
_STYLES = "\ufe0e\ufe0f\U0001f3fb-\U0001f3ff"
_EMOJI_STYLE = re.compile(f"(?<![\ufe00-\ufe0d{_STYLES}])[{_STYLES}](?![\ufe00-\ufe0d{_STYLES}])")
"""Asks for the coloured or the plain form of the sign before it, or for a tone of skin."""
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]+")
"""The letters that flags are made of."""
_ODD = re.compile(f"{_UNSAFE_CLASS[:-1]}\U0001f1e6-\U0001f1ff]")
"""Any of these; most texts have none, and one look is enough for them."""


def visible(text: str) -> str:
    """`text` with every character that a terminal would obey, or hide, replaced by a visible mark.

    `\\x1b` becomes `␛`, other C0 controls their picture from U+2400, the rest `⟨U+202E⟩`. A carriage
    return before a newline is dropped. Terminals disagree about the cells of an emoji whose form is asked for, and
    of a flag: the first is shown in its usual form, the second as its letters, `⟨DE⟩`. Tabs and newlines stay.
    """
    text = text.replace("\r\n", "\n")
    if _ODD.search(text) is None:
        return text
    plain = _EMOJI_STYLE.sub("", text)
    return _FLAG.sub(_letters, _UNSAFE.sub(_mark, plain))


def one_line(text: str, limit: int = 400) -> str:
    """`visible(text)` on one line: runs of white space become one space; cut with `…` beyond `limit`."""
    flat = " ".join(visible(text[: limit * 4]).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _letters(match: re.Match[str]) -> str:
    return f"⟨{''.join(chr(ord(each) - 0x1F1E6 + ord('A')) for each in match.group())}⟩"


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"⟨U+{code:04X}⟩"
