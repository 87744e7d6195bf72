"""Keys that decide act only after a short quiet, so that a key meant for something else decides nothing."""

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

from mogplex_cli.cockpit.kit.pressed import waited

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
        """Whether a key that is pressed now would act."""
        return self.was_over(self._clock())

    def was_over(self, pressed: float) -> bool:
        """Whether a key acts that was pressed then: it may have waited in a busy cockpit since."""
        return pressed - self._since >= DEAD_SECONDS

    def accepts(self) -> bool:
        """Whether the key acts whose action runs now. One that does not restarts the wait."""
        if self.was_over(self._clock() - waited()):
            return True
        self.restart()
        return False


class DecidingKeys:
    """The keys of a drawer that decide: dead and dim for a short quiet, and drawn anew when they act."""

    def __init__(self, drawer: Widget, clock: Callable[[], float], draw: Callable[[], None]) -> None:
        self._drawer = drawer
        self._draw = draw
        self._dead_time = DeadTime(clock)
        self._lit: Timer | None = None

    @property
    def act(self) -> bool:
        """Whether one would act now."""
        return self._dead_time.over

    def accepts(self) -> bool:
        """Whether the one pressed now acts. One that does not restarts the quiet."""
        if self._dead_time.accepts():
            return True
        self._relight()
        return False

    def restart(self) -> None:
        """What they would act on is another thing now: they are dead for the whole quiet."""
        self._dead_time.restart()
        self._relight()

    def leave(self) -> None:
        """The drawer loses the focus with the event that it handles now: once it has, they look dead."""
        self._drawer.call_next(self._draw_attached)

    def _draw_attached(self) -> None:
        if self._drawer.is_attached:
            self._draw()

    def _relight(self) -> None:
        if self._lit is not None:
            self._lit.stop()
        drawer = self._drawer
        self._lit = drawer.set_timer(DEAD_SECONDS, self._draw) if drawer.is_attached else None
        self._draw()
