"""Lines of styled text: what every part of the cockpit draws. Pure, and measured in terminal cells."""

from typing import Literal, NamedTuple, TypeAlias

from rich.cells import cell_len, set_cell_size

Token = Literal[
    "bright",
    "strong",
    "normal",
    "dim",
    "faint",
    "accent",
    "accent_strong",
    "ok",
    "warn",
    "warn_strong",
    "danger",
    "danger_strong",
    "add",
    "remove",
    "syntax_comment",
    "syntax_keyword",
    "syntax_string",
    "syntax_number",
    "syntax_name",
    "found",
]
"""How a piece of text looks; the theme says which colour that is."""

Ground = Literal["plain", "selected", "code", "add", "remove"]
"""What a whole line stands on."""

Span: TypeAlias = tuple[str, Token]


class Line(NamedTuple):
    """One line of the screen."""

    spans: tuple[Span, ...] = ()
    ground: Ground = "plain"

    @property
    def width(self) -> int:
        """Cells it takes."""
        return sum(cell_len(text) for text, _ in self.spans)

    @property
    def text(self) -> str:
        """Its characters, without their looks."""
        return "".join(text for text, _ in self.spans)


BLANK = Line()


def line(*spans: Span, ground: Ground = "plain") -> Line:
    """A line of these spans."""
    return Line(spans, ground)


def on(ground: Ground, drawn: Line) -> Line:
    """The line on another ground."""
    return Line(drawn.spans, ground)


def cut(text: str, width: int) -> str:
    """`text`, ended by `…` when it is wider than `width` cells."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"


def cut_middle(text: str, width: int) -> str:
    """`text` with `…` in its middle when it is wider than `width` cells: for paths, whose ends matter."""
    if cell_len(text) <= width or width < 8:
        return cut(text, width)
    head = (width - 1) // 3
    tail = width - 1 - head
    end = text
    while cell_len(end) > tail:
        end = end[1:]
    return set_cell_size(text, head) + "…" + end


def pad(text: str, width: int) -> str:
    """`text` cut or filled with spaces to exactly `width` cells."""
    return set_cell_size(cut(text, width), max(0, width))


def right(text: str, width: int) -> str:
    """`text` against the right edge of `width` cells."""
    return " " * max(0, width - cell_len(text)) + cut(text, width)


def clip(spans: tuple[Span, ...], width: int) -> tuple[Span, ...]:
    """The spans that fit into `width` cells, the last one cut with `…` when they do not all."""
    kept: list[Span] = []
    room = width
    total = sum(cell_len(text) for text, _ in spans)
    if total <= width:
        return spans
    for text, token in spans:
        size = cell_len(text)
        if size < room:
            kept.append((text, token))
            room -= size
            continue
        kept.append((cut(text, room) if size > room else cut(text + " ", room), token))
        break
    return tuple(kept)


def spread(left: tuple[Span, ...], end: tuple[Span, ...], width: int, ground: Ground = "plain") -> Line:
    """`left` from the left edge and `end` against the right one; `left` is cut when both do not fit."""
    end_width = sum(cell_len(text) for text, _ in end)
    if end_width >= width:
        return Line(clip(end, width), ground)
    room = width - end_width - (1 if end else 0)
    kept = clip(left, room)
    gap = width - end_width - sum(cell_len(text) for text, _ in kept)
    return Line((*kept, (" " * gap, "normal"), *end), ground)


def wrap(text: str, width: int, rows: int | None = None, *, first: int | None = None) -> list[str]:
    """`text` broken between words into rows of at most `width` cells; beyond `rows` it ends with `…`.

    The first row has `first` cells, where something stands beside it.
    """
    width = max(1, width)
    out: list[str] = []
    for paragraph in text.expandtabs(4).splitlines() or [""]:
        out.extend(_wrap_paragraph(paragraph, width, width if first is None or out else max(1, first)))
        if rows is not None and len(out) > rows:
            break
    if rows is not None and len(out) > rows:
        out = out[:rows]
        out[-1] = cut(out[-1] + " …", width) if cell_len(out[-1]) + 2 > width else out[-1] + " …"
    return out


def wrap_exact(text: str, width: int) -> list[str]:
    """`text` in rows of at most `width` cells, none of its characters left out: for what must be read exactly.

    A row ends after a space when there is one in its last third, else where it is full.
    """
    width = max(1, width)
    out: list[str] = []
    for source in text.expandtabs(4).split("\n"):
        rest = source
        while cell_len(rest) > width:
            size = _fitting(rest, width)
            space = rest.rfind(" ", 1, size) + 1
            at = space if space > size * 2 // 3 else size
            out.append(rest[:at])
            rest = rest[at:]
        out.append(rest)
    return out


def _wrap_paragraph(text: str, width: int, first: int) -> list[str]:
    rows: list[str] = []
    rest = text.rstrip()
    while cell_len(rest) > (room := width if rows else first):
        size = _fitting(rest, room)
        space = rest.rfind(" ", 1, size + 1)
        at = space if space > 0 and rest[:space].strip() else size
        rows.append(rest[:at].rstrip())
        rest = rest[at:].lstrip(" ")
    rows.append(rest)
    return rows


def _fitting(text: str, width: int) -> int:
    """How many characters, at least one, fit into `width` cells."""
    if text.isascii():
        return width
    used = 0
    for place, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return max(1, place)
    return len(text)
