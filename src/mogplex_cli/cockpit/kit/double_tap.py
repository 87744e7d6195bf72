"""One press warns, a second one soon after means it."""

from collections.abc import Callable

DOUBLE_TAP_SECONDS = 1.5


class DoubleTap:
    """Tells the second of two presses within 1500 ms from a first one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._first: float | None = None

    def tap(self) -> bool:
        """Whether this press is the second one."""
        now = self._clock()
        second = self._first is not None and now - self._first <= DOUBLE_TAP_SECONDS
        self._first = None if second else now
        return second
