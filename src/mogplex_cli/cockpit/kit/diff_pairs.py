"""The rows of one file of a diff as they stand on the screen: below one another, side by side, amid the whole file.

Pure. A pair is what stands on one line: the old side and the new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mogplex_cli.cockpit.kit.diff_document import DiffRow


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands on one line. Both are the same row where the sides do not differ."""

    old: DiffRow | None
    new: DiffRow | None

    @property
    def row(self) -> DiffRow:
        """The row it is known by: the new one where there is one."""
        row = self.new or self.old
        assert row is not None, "a pair has at least one side"
        return row


def below_one_another(rows: Sequence[DiffRow]) -> tuple[Pair, ...]:
    """Every row for itself."""
    return tuple(
        Pair(None if row.kind == "add" else row, None if row.kind == "remove" else row) for row in rows
    )


def side_by_side(rows: Sequence[DiffRow]) -> tuple[Pair, ...]:
    """Removed lines beside the added ones that stand in their place."""
    pairs: list[Pair] = []
    removed: list[DiffRow] = []
    added: list[DiffRow] = []

    def flush() -> None:
        for place in range(max(len(removed), len(added))):
            pairs.append(
                Pair(
                    removed[place] if place < len(removed) else None,
                    added[place] if place < len(added) else None,
                )
            )
        removed.clear()
        added.clear()

    for row in rows:
        if row.kind == "remove":
            if added:
                flush()
            removed.append(row)
        elif row.kind == "add":
            added.append(row)
        else:
            flush()
            pairs.append(Pair(row, row))
    flush()
    return tuple(pairs)


def amid_file(rows: Sequence[DiffRow], text: str) -> tuple[DiffRow, ...] | None:
    """The rows of one file with all lines of it around them; None when `text` is neither its old nor new state."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    for side in ("old", "new"):
        if _is_of(rows, lines, side):
            return _amid(rows, lines, side)
    return None


def _number(row: DiffRow, side: str) -> int:
    return row.old if side == "old" else row.new


def _is_of(rows: Sequence[DiffRow], lines: Sequence[str], side: str) -> bool:
    gone = "add" if side == "old" else "remove"
    return all(
        0 < _number(row, side) <= len(lines) and lines[_number(row, side) - 1] == row.text
        for row in rows
        if row.kind in ("same", "add", "remove") and row.kind != gone
    )


def _amid(rows: Sequence[DiffRow], lines: Sequence[str], side: str) -> tuple[DiffRow, ...]:
    out: list[DiffRow] = []
    at, old, new = 1, 1, 1
    """The next line of the file, and its numbers before and after."""
    for place, row in enumerate(rows):
        if row.kind == "hunk":
            until = _begins(rows, place, side)
            while at < until and at <= len(lines):
                out.append(DiffRow("same", lines[at - 1], old, new, row.file))
                at, old, new = at + 1, old + 1, new + 1
            out.append(row)
            continue
        out.append(row)
        if row.kind in ("same", "remove"):
            old += 1
        if row.kind in ("same", "add"):
            new += 1
        at = old if side == "old" else new
    last = rows[-1].file if rows else 0
    for number in range(at, len(lines) + 1):
        shift = number - at
        out.append(DiffRow("same", lines[number - 1], old + shift, new + shift, last))
    return tuple(replace(row, text="") if row.kind == "hunk" else row for row in out)


def _begins(rows: Sequence[DiffRow], place: int, side: str) -> int:
    """The first line of a hunk on this side; for one that has none there, the line it stands before."""
    for row in rows[place + 1 :]:
        if row.hunk != rows[place].hunk:
            break
        if _number(row, side):
            return _number(row, side)
    return _number(rows[place], side) + 1
