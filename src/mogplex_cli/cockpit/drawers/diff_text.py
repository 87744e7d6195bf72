"""The words and rows of the Diff drawer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mogplex_cli.cockpit.kit.diff_document import DiffDocument, DiffRow
from mogplex_cli.cockpit.kit.diff_lines import GUTTER, MARK, body, pieces
from mogplex_cli.cockpit.kit.diff_pairs import Pair
from mogplex_cli.cockpit.kit.glyphs import RISK
from mogplex_cli.cockpit.kit.lines import BLANK, Ground, Line, Span, Token, cut_middle, line, spread, wrap
from mogplex_cli.cockpit.kit.syntax import coloured
from mogplex_cli.store.selectors.diff import DiffSource

FILES_SHOWN = 5
"""How many files the list shows at once."""
BETWEEN = 3
"""Cells between the two sides."""


@dataclass(frozen=True, slots=True)
class DiffLook:
    """What the drawer shows now."""

    source: DiffSource
    document: DiffDocument
    place: int
    """Of the diff among all, from 1."""
    count: int
    file: int
    """Index of the file."""
    pairs: tuple[Pair, ...]
    """Its lines."""
    cursor: int
    """Index of the pair the cursor stands on."""
    split: bool
    dropped: frozenset[int]
    """Hunks that are not to be applied, or were not."""
    armed: bool
    """Whether a key would decide now."""
    again: str
    """The key that is to be pressed a second time; empty when none is."""
    keys: tuple[str, str]
    """Those that approve and reject."""
    off: str
    """Why nothing can be decided."""
    told: str
    """What else there is to say, such as why the whole file is not shown."""


def head_lines(look: DiffLook, width: int) -> list[Line]:
    """Whose diff, what is decided by which key, and the list of files."""
    lines = [_title(look, width)]
    lines.extend(line((f" {row}", "dim")) for row in wrap(look.source.note, width - 2) if row)
    if look.again:
        asks = f" ▲ press {look.again} again to approve this {look.source.risk} risk patch"
        lines.append(line((asks, "danger_strong")))
    if look.source.status == "waits":
        lines.extend(line((f" ◆ {row}", "warn")) for row in wrap(look.off, width - 4) if look.off)
        lines.extend(_kept(look, width))
    if look.told:
        lines.extend(line((f" {row}", "warn")) for row in wrap(look.told, width - 2))
    files = look.document.files
    if len(files) > 1:
        lines.append(BLANK)
        start = max(0, min(look.file - FILES_SHOWN // 2, len(files) - FILES_SHOWN))
        lines.extend(
            _file(look, place, width) for place in range(start, min(start + FILES_SHOWN, len(files)))
        )
        if len(files) > FILES_SHOWN:
            lines.append(line((f"   {len(files)} files", "dim")))
    lines.append(BLANK)
    return lines


def _title(look: DiffLook, width: int) -> Line:
    source = look.source
    left: tuple[Span, ...] = ((" DIFF", "strong"), (f"  {look.place} of {look.count}", "dim"))
    who: Span = (f"  {source.who}", "normal")
    if source.status == "waits":
        glyph, word, token = RISK[source.risk]
        lit: Token = "accent_strong" if look.armed else "dim"
        text: Token = "normal" if look.armed else "dim"
        approve, reject = look.keys
        end: tuple[Span, ...] = ((approve, lit), (" approve   ", text), (reject, lit), (" reject ", text))
        return spread((*left, (f"  {glyph} {word} risk", token), who), end, width)
    words: dict[str, tuple[str, Token]] = {
        "approving": ("approving…", "dim"),
        "rejecting": ("rejecting…", "dim"),
        "proposed": ("proposed", "normal"),
        "applied": ("✓ applied", "ok"),
        "rejected": ("✗ not applied", "danger"),
    }
    word, token = words[source.status]
    if source.kept_hunks is not None:
        word += f" in part · hunks {', '.join(map(str, source.kept_hunks))}"
    return spread((*left, who), ((f"{word} ", token),), width)


def _kept(look: DiffLook, width: int) -> list[Line]:
    if not look.source.hunks or not look.dropped:
        return []
    left = look.source.hunks - len(look.dropped)
    if left:
        text = f"approve applies {left} of {look.source.hunks} hunks; the agent is told which were dropped"
    else:
        text = f"every hunk is dropped · {look.keys[1]} rejects the patch"
    return [line((f" {row}", "warn")) for row in wrap(text, width - 2)]


def _file(look: DiffLook, place: int, width: int) -> Line:
    file = look.document.files[place]
    here = place == look.file
    dropped = sum(hunk in look.dropped for hunk in file.hunks)
    end: tuple[Span, ...] = ((f"+{file.added}", "add"), (f" −{file.removed} ", "remove"))
    if dropped:
        end = ((f"{dropped} of {len(file.hunks)} dropped  ", "warn"), *end)
    room = width - 4 - line(*end).width
    name: Span = (cut_middle(file.title, room), "bright" if here else "normal")
    return spread(((" ▸ " if here else "   ", "accent"), name), end, width, "selected" if here else "plain")


def pair_height(pair: Pair, width: int, *, split: bool) -> int:
    """How many lines a pair takes."""
    if pair.row.kind in ("file", "hunk"):
        return 1
    if pair.row.kind == "other":
        return pieces(pair.row.text, width)
    if not split:
        return pieces(pair.row.text, width - GUTTER - MARK)
    half = _half(width) - GUTTER - MARK
    return max(pieces(row.text, half) for row in (pair.old, pair.new) if row is not None)


def pair_lines(look: DiffLook, place: int, width: int) -> Sequence[Line]:
    """A pair drawn; the one under the cursor on its own ground."""
    pair = look.pairs[place]
    row = pair.row
    here = place == look.cursor
    ground: Ground | None = "selected" if here else None
    if row.kind == "file":
        return (_file_head(look, row, width, here=here),)
    if row.kind == "hunk":
        return (_hunk_head(look, row, width, here=here),)
    dropped = row.hunk in look.dropped
    path = look.document.files[row.file].path if look.document.files else ""
    if not look.split or row.kind == "other":
        return _side(row, path, width, ground, dropped=dropped)
    half = _half(width)
    left = _side(pair.old, path, half, ground, dropped=dropped) if pair.old else []
    right = _side(pair.new, path, half, ground, dropped=dropped) if pair.new else []
    height = max(len(left), len(right))
    empty = Line(((" " * half, "normal"),))
    return [
        Line(
            (
                *(left[at] if at < len(left) else empty).spans,
                (" │ ", "faint"),
                *(right[at] if at < len(right) else empty).spans,
            ),
            ground or "plain",
        )
        for at in range(height)
    ]


def _half(width: int) -> int:
    return (width - BETWEEN) // 2


def _side(row: DiffRow, path: str, width: int, ground: Ground | None, *, dropped: bool) -> list[Line]:
    changed: Token = "add" if row.kind == "add" else "remove" if row.kind == "remove" else "normal"
    return body(row, width, ground=ground, dropped=dropped, paint=lambda text: coloured(text, path, changed))


def _mark(look: DiffLook, hunk: int) -> tuple[Span, ...]:
    """Whether the hunk is kept or dropped, where that can be said."""
    if hunk in look.dropped:
        return (("○ dropped ", "warn"),)
    if look.source.hunks or look.source.kept_hunks is not None:
        return (("● kept ", "ok"),)
    return ()


def _file_head(look: DiffLook, row: DiffRow, width: int, *, here: bool) -> Line:
    file = look.document.files[row.file]
    end = _mark(look, row.hunk) if row.hunk else ()
    return spread(((f" {file.title}", "bright"),), end, width, "selected" if here else "plain")


def _hunk_head(look: DiffLook, row: DiffRow, width: int, *, here: bool) -> Line:
    left: tuple[Span, ...] = (
        (f" ── hunk {row.hunk} of {look.document.hunks} ", "accent" if here else "dim"),
        (f" line {row.new or row.old}  {row.text}", "dim"),
    )
    return spread(left, _mark(look, row.hunk), width, "selected" if here else "plain")
