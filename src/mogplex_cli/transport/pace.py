"""How often a screen is drawn: at once after a pause, and under a flood only as often as keys can bear it. Pure.

Drawing cannot be interrupted, so a key waits for whatever is being drawn. What drawing takes is therefore
paid out of a small account: a burst may empty it at full speed, a flood gets what flows in.
"""

FRAME_SECONDS = 1 / 30
"""Never more often than this."""
SHARE = 0.04
"""The part of the time that drawing may take in the long run: a key finds the screen busy as rarely as that."""
CREDIT_SECONDS = 0.4
"""What a pause lets it save up."""
LONGEST_SECONDS = 0.5
"""However dear drawing is, what is new is never held back longer."""


class Pace:
    """Told of every drawing and what was spent since, says when the next one is due. All times in seconds."""

    def __init__(self) -> None:
        self._credit = CREDIT_SECONDS
        self._drawn_at = float("-inf")

    def due_at(self, spent: float) -> float:
        """When to draw next, if drawing took `spent` seconds since it was last begun."""
        debt = max(0.0, spent - self._credit)
        return self._drawn_at + max(FRAME_SECONDS, min(LONGEST_SECONDS, debt / SHARE))

    def drawn(self, now: float, spent: float) -> None:
        """Drawing begins again; the one before took `spent`."""
        since = now - self._drawn_at
        self._credit = min(CREDIT_SECONDS, max(0.0, self._credit - spent) + SHARE * since)
        self._drawn_at = now
