"""Keys that decide act only after a short quiet, so that a key meant for something else decides nothing."""

from collections.abc import Callable

DEAD_SECONDS = 0.35


class DeadTime:
    """Restarts whenever what a key would act on has changed, and with every key it swallows."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()

    def restart(self) -> None:
        """From now on the whole time must pass again."""
        self._since = self._clock()

    @property
    def over(self) -> bool:
        """Whether a key would act now."""
        return self._clock() - self._since >= DEAD_SECONDS

    def accepts(self) -> bool:
        """Whether the key pressed now acts. One that does not restarts the wait."""
        if self.over:
            return True
        self.restart()
        return False
