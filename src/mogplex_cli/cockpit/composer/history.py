"""Browsing the lines sent before; what was being typed is kept and comes back. Pure."""


class History:
    """A cursor over lines, oldest first. Typing again starts at the end."""

    def __init__(self) -> None:
        self._lines: tuple[str, ...] = ()
        self._whole = False
        self._place = 0
        self._draft = ""
        self._held = 0
        """How often an older line was asked for that may still come."""
        self._held_at = ""
        """What was typed then."""

    def set_lines(self, lines: tuple[str, ...], *, whole: bool = True) -> None:
        """The lines there are; not `whole` before those of earlier sessions were read.

        The cursor stays at its line when those come, and goes to the end when a line was sent.
        """
        if whole and not self._whole:
            self._whole = True
            self._place = max(0, self._place + len(lines) - len(self._lines))
        elif lines != self._lines:
            self._place = len(lines)
            self._draft = ""
            self._held = 0
        self._lines = lines

    def older(self, typed: str) -> str | None:
        """The line before; None when there is none, or none yet."""
        if self._place == 0:
            if not self._whole:
                self._held = self._held + 1 if typed == self._held_at else 1
                self._held_at = typed
            return None
        if self._place == len(self._lines):
            self._draft = typed
        self._place -= 1
        return self._lines[self._place]

    def newer(self) -> str | None:
        """The line after, at last the draft; None when the draft is already there."""
        if self._held:
            self._held -= 1
            return None
        if self._place == len(self._lines):
            return None
        self._place += 1
        return self._draft if self._place == len(self._lines) else self._lines[self._place]

    def caught_up(self, typed: str) -> str | None:
        """The line that was asked for before it was read; None when there is none, or when somebody typed since."""
        if not self._whole or not self._held:
            return None
        held, self._held = self._held, 0
        line: str | None = None
        for _ in range(held if typed == self._held_at else 0):
            line = self.older(typed) or line
        return line
