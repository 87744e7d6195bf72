"""Browsing the lines sent before; what was being typed is kept and comes back. Pure."""


class History:
    """A cursor over lines, oldest first. Typing again starts at the end."""

    def __init__(self) -> None:
        self._lines: tuple[str, ...] = ()
        self._place = 0
        self._draft = ""

    def set_lines(self, lines: tuple[str, ...]) -> None:
        """The lines there are; the cursor goes to their end when they changed."""
        if lines != self._lines:
            self._lines = lines
            self._place = len(lines)
            self._draft = ""

    def older(self, typed: str) -> str | None:
        """The line before; None when there is none."""
        if self._place == 0:
            return None
        if self._place == len(self._lines):
            self._draft = typed
        self._place -= 1
        return self._lines[self._place]

    def newer(self) -> str | None:
        """The line after, at last the draft; None when the draft is already there."""
        if self._place == len(self._lines):
            return None
        self._place += 1
        return self._draft if self._place == len(self._lines) else self._lines[self._place]
