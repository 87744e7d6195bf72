"""Long texts stand in the composer as a mark, `[pasted 10,000 lines]`, and are sent whole."""

import re

FOLD_LINES = 30
FOLD_CHARACTERS = 5_000


class Pasted:
    """The texts behind the marks of one composer."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def fold(self, text: str) -> str:
        """A mark for a long text; a short one as it is."""
        lines = text.count("\n") + 1
        if lines <= FOLD_LINES and len(text) <= FOLD_CHARACTERS:
            return text
        size = f"{lines:,} lines" if lines > FOLD_LINES else f"{len(text):,} characters"
        mark, number = f"[pasted {size}]", 1
        while self._texts.get(mark, text) != text:
            number += 1
            mark = f"[pasted {size} #{number}]"
        self._texts[mark] = text
        return mark

    def unfold(self, text: str) -> str:
        """`text` with every mark replaced by what it stands for."""
        if not self._texts:
            return text
        # In one pass, so that what stands behind a mark is never taken for another one.
        marks = re.compile("|".join(map(re.escape, self._texts)))
        return marks.sub(lambda match: self._texts[match.group()], text)

    def forget_all_but(self, text: str) -> None:
        """Keep only what the marks in `text` stand for."""
        self._texts = {mark: whole for mark, whole in self._texts.items() if mark in text}

    def mark_before(self, before: str) -> str:
        """The mark that `before` ends with; empty when it ends otherwise."""
        return next((mark for mark in self._texts if before.endswith(mark)), "")
