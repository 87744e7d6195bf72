"""Cutting and wrapping text whose parts look differently. Pure, and measured in terminal cells."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

from mogplex_cli.cockpit.kit.lines import Line, Span, Token

_WORD = re.compile(r"\S+|\s+")


def part(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """The characters from `start` to before `end`, as they look."""
    kept: list[Span] = []
    place = 0
    for text, token in spans:
        cut = text[max(0, start - place) : max(0, end - place)]
        if cut:
            kept.append((cut, token))
        place += len(text)
    return tuple(kept)


def wrap_spans(spans: tuple[Span, ...], width: int) -> list[tuple[Span, ...]]:
    """The spans broken between words into rows of at most `width` cells; at least one row."""
    text = "".join(each for each, _ in spans)
    if cell_len(text) <= width:
        return [spans]
    return [part(spans, start, end) for start, end in _rows(text, max(1, width))]


def marked(line: Line, needle: str, *, behind: int = 0, token: Token = "found") -> Line:
    """The line with every occurrence of `needle` made to look like `token`, letter case aside.

    What stands in the first `behind` characters is left as it is.
    """
    if not needle:
        return line
    places = [each.span() for each in re.finditer(re.escape(needle), line.text[behind:], re.IGNORECASE)]
    if not places:
        return line
    spans: list[Span] = []
    place = 0
    text = line.text
    for start, end in ((start + behind, end + behind) for start, end in places):
        spans.extend((*part(line.spans, place, start), (text[start:end], token)))
        place = end
    return Line((*spans, *part(line.spans, place, len(text))), line.ground)


def _rows(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each row begins and ends; the white space it is broken at belongs to none."""
    start = end = used = 0
    for word in _WORD.finditer(text):
        cells = cell_len(word[0])
        if used + cells <= width:
            used += cells
            end = word.end() if not word[0].isspace() else end
            continue
        if word[0].isspace():
            continue
        if end > start:
            yield start, end
        start, used = word.start(), 0
        for place in range(word.start(), word.end()):
            cells = cell_len(text[place])
            if used + cells > width and place > start:
                yield start, place
                start, used = place, 0
            used += cells
        end = word.end()
    if end > start:
        yield start, end
