"""Applying the hunks of a unified diff to one text, wherever their lines have drifted to."""

from dataclasses import dataclass, field

from mogplex_daemon.runhost.patch.lines import (
    EXACT,
    Found,
    LineFinder,
    PatchRefusal,
    body,
    finished,
    split_lines,
    usual_ending,
)


@dataclass(slots=True)
class UnifiedHunk:
    """Some lines to change, and where the diff says they are: 1-based, None when it does not say."""

    number: int
    start: int | None
    lines: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Pairs of a sign (space, `-`, `+`) and a line with its ending, or none where the diff says so."""

    @property
    def old(self) -> list[str]:
        """The lines the file must have."""
        return [text for sign, text in self.lines if sign != "+"]


def apply_hunks(path: str, old_text: str, hunks: list[UnifiedHunk]) -> str:
    """The new text. Raises PatchRefusal naming the hunk that does not fit.

    A hunk that fits to the letter is applied to the letter. One that only fits with tolerance takes over
    the file's line ending and its missing final newline, which the diff evidently did not know of.
    """
    lines = split_lines(old_text)
    finder = LineFinder(lines)
    ending = usual_ending(lines)
    made: list[str] = []
    cursor = 0
    drift = 0
    tolerance = EXACT
    for hunk in hunks:
        found = _place(path, finder, hunk, cursor, drift)
        if hunk.start is not None and hunk.old:
            drift = found.index - (hunk.start - 1)
        made.extend(lines[cursor : found.index])
        cursor = found.index
        to_the_letter = found.tolerance == EXACT and (bool(hunk.old) or ending == "\n")
        for sign, text in hunk.lines:
            match sign:
                case "+":
                    made.append(text if to_the_letter or not text.endswith("\n") else body(text) + ending)
                case " ":
                    made.append(lines[cursor])
                    cursor += 1
                case _:
                    cursor += 1
        reached_end = cursor == len(lines) and bool(lines)
        if made and not to_the_letter and reached_end and not lines[-1].endswith("\n"):
            made[-1] = body(made[-1])
        tolerance = max(tolerance, found.tolerance)
    made.extend(lines[cursor:])
    return finished(lines, made, tolerance)


def _place(path: str, finder: LineFinder, hunk: UnifiedHunk, cursor: int, drift: int) -> Found:
    where = f"{path}, hunk {hunk.number}"
    old, count = hunk.old, len(finder.lines)
    if not old:
        if hunk.start is None and count:
            raise PatchRefusal(f"{where}: it only adds lines and does not say where; give lines around them")
        # Without old lines the header counts from the line before the insertion.
        index = (hunk.start or 0) + drift
        if not cursor <= index <= count:
            raise PatchRefusal(f"{where}: it adds lines after line {index}, but the file has {count}")
        return Found(index, EXACT)
    expected = cursor if hunk.start is None else hunk.start - 1 + drift
    if expected >= cursor and (found := finder.at(old, expected)) and found.tolerance == EXACT:
        return found
    if found := finder.nearest(old, cursor, expected):
        return found
    if finder.first(old, 0):
        raise PatchRefusal(
            f"{where}: its lines stand before the previous hunk; order the hunks from top down"
        )
    shown = "\n".join(f"  {body(line)}" for line in old)
    raise PatchRefusal(f"{where}: these lines are not in the file; read it again:\n{shown}")
