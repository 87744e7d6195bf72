"""The Markdown that agents write, as lines: headings, lists, quotes, code, bold, links. Pure.

It is read line by line, and what a line becomes depends on nothing after it: a text that grows changes its
last line only, so what stands above it never flickers, and every other line comes from the cache.
"""

import re
from functools import lru_cache

from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, Token, line, spread, wrap_exact
from mogplex_cli.cockpit.kit.spans import wrap_spans

FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})\s*([^`]*)$")
HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
RULE = re.compile(r"^\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$")
QUOTE = re.compile(r"^\s{0,3}>\s?(.*)$")
TABLE = re.compile(r"^\s*\|.*\|\s*$")
INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|\*\*(?P<bold>\S(?:.*?\S)?)\*\*"
    r"|(?<![\w*])\*(?P<soft>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
    r"|\[(?P<name>[^\]\n]+)\]\((?P<link>[^)\s]+)\)"
)
RULE_CELLS = 24
DEEPEST = 4
"""Levels of a list that are told apart by their indent."""


def markdown(text: str, width: int, token: Token = "bright") -> list[Line]:
    """The text in rows of at most `width` cells, plain words as `token`; its empty lines, but no two together.

    `text` must be safe to show already.
    """
    drawn: list[Line] = []
    fence = ""
    for source in text.expandtabs(4).split("\n"):
        opening = FENCE.match(source)
        if fence:
            if opening and opening[1].startswith(fence) and not opening[2].strip():
                fence = ""
            else:
                drawn.extend(_code(source, width))
        elif opening:
            fence = opening[1]
        elif source.strip():
            drawn.extend(_prose(source, width, token))
        elif drawn and drawn[-1] is not BLANK:
            drawn.append(BLANK)
    while drawn and drawn[-1] is BLANK:
        drawn.pop()
    return drawn


@lru_cache(maxsize=4096)
def _code(source: str, width: int) -> tuple[Line, ...]:
    rows = wrap_exact(source, max(1, width - 2))
    return tuple(spread(((" ", "normal"), (row, "normal")), (), width, "code") for row in rows)


@lru_cache(maxsize=4096)
def _prose(source: str, width: int, token: Token) -> tuple[Line, ...]:
    """One line of text in rows."""
    if heading := HEADING.match(source):
        return _rows((), inline(heading[2], "strong"), width)
    if RULE.match(source):
        return (line(("─" * min(width, RULE_CELLS), "faint")),)
    if item := ITEM.match(source):
        depth = min(len(item[1]) // 2, DEEPEST)
        mark = item[2] if item[2][0].isdigit() else "•"
        box = {None: "", " ": "○ "}.get(item[3], "✓ ")
        lead: tuple[Span, ...] = (("  " * depth, "normal"), (f"{mark} ", "dim"), (box, "dim"))
        return _rows(lead, inline(item[4], token), width)
    if quote := QUOTE.match(source):
        return _rows((("│ ", "faint"),), inline(quote[1], "dim"), width, again=True)
    if TABLE.match(source):
        return tuple(line((row, token)) for row in wrap_exact(source.strip(), width))
    return _rows((), inline(source.strip(), token), width)


def inline(text: str, token: Token) -> tuple[Span, ...]:
    """One line's own marks: code, bold and links."""
    spans: list[Span] = []
    place = 0
    for found in INLINE.finditer(text):
        spans.append((text[place : found.start()], token))
        place = found.end()
        if found["code"]:
            spans.extend((("`", "dim"), (found["code"][1:-1], "normal"), ("`", "dim")))
        elif found["bold"]:
            spans.append((found["bold"], "strong"))
        elif found["soft"]:
            spans.append((found["soft"], token))
        else:
            spans.extend(((found["name"], token), (f" ({found['link']})", "dim")))
    spans.append((text[place:], token))
    return tuple(span for span in spans if span[0])


def _rows(
    lead: tuple[Span, ...], spans: tuple[Span, ...], width: int, *, again: bool = False
) -> tuple[Line, ...]:
    """The spans behind a lead; further rows are indented by it, or have it `again`."""
    cells = line(*lead).width
    follow: tuple[Span, ...] = lead if again else ((" " * cells, "normal"),)
    rows = wrap_spans(spans, max(8, width - cells))
    return tuple(line(*(lead if place == 0 else follow), *row) for place, row in enumerate(rows))
